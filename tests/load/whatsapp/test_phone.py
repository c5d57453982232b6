"""A telephone against a real stand-in process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.standin_process import starter
from support.standins import running_standin

from brownout.calls.canary import SENTINEL
from brownout.load.channel import ChannelDown
from brownout.load.whatsapp.phone import Telephone, digits


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_standin(tmp_path_factory.mktemp("phone")) as url:
        yield url


def test_a_number_is_of_nobody_and_one_of_its_own() -> None:
    numbers = {digits(place, number) for place in (0, 1, 10, 99) for number in (0, 1, 4999)}
    assert len(numbers) == 12
    assert {len(number) for number in numbers} == {12}
    assert digits(4, 3) == "999040000003"


def test_what_comes_is_read_once(standin: str) -> None:
    phone = Telephone(standin, digits(0, 1))
    first = phone.write({"text": "Hello bo-aaaaaaaaaaaa", "to": "meta_ai"})
    (heard,) = phone.read("", 20.0)
    assert (heard.by, heard.answers) == ("meta_ai", first)
    assert heard.text.startswith("You said: Hello bo-aaaaaaaaaaaa")
    assert heard.text.endswith(SENTINEL)
    assert phone.read(heard.id, 0.0) == []


def test_who_waits_is_woken_by_the_message(standin: str) -> None:
    phone = Telephone(standin, digits(0, 2))
    heard: list[str] = []
    waiting = threading.Thread(target=lambda: heard.extend(one.by for one in phone.read("", 20.0)))
    waiting.start()
    phone.write({"text": "Hello", "to": "meta_ai"})
    waiting.join(30)
    assert heard == ["meta_ai"]


def test_a_stand_in_that_says_no_is_said_so(standin: str) -> None:
    with pytest.raises(ChannelDown, match=r"did not take a message: HTTP 400: .*say text, image or voice"):
        Telephone(standin, digits(0, 3)).write({"text": ""})


def test_a_stand_in_that_is_not_there_is_said_so() -> None:
    with pytest.raises(ChannelDown, match=r"did not show what came: .*refused"):
        Telephone("http://127.0.0.1:9", digits(0, 4)).read("", 0.0)


def test_people_show_the_token_that_the_stand_in_wants(tmp_path: Path) -> None:
    with ExitStack() as stack:
        url = starter(stack, lambda: tmp_path)(token="of-this-drill").url
        phone = Telephone(url, digits(0, 5), "of-this-drill")
        assert phone.write({"text": "Hello", "to": "meta_ai"})
        for wrong in ("", "of-another-drill"):
            with pytest.raises(ChannelDown, match=r"HTTP 401: .*the token of the stand-in is missing or wrong"):
                Telephone(url, digits(0, 5), wrong).read("", 0.0)
