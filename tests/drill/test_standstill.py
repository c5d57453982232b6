"""The order that stops every drill."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.drills import PROFILE, scenario

from brownout.config.yamlfile import InputError
from brownout.drill import standstill
from brownout.drill.drill import run_drill
from brownout.drill.standstill import Order, Watch
from brownout.profile import Profile
from brownout.scenario import Scenario


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "brownout" / "stop"


def test_an_order_counts_until_it_is_cleared(place: Path) -> None:
    order = standstill.give()

    assert place.is_file()
    assert standstill.given() == order
    assert standstill.clear()
    assert standstill.given() is None
    assert not standstill.clear()


def test_an_order_for_a_time_is_over_after_it() -> None:
    order = standstill.give(600)

    assert standstill.given(order.at + 599) == order
    assert standstill.given(order.at + 600) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"by": 1}', "\x00", '{"by": "a", "at": "x", "until": null}'])
def test_a_file_that_nobody_can_read_stops_everything(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True)
    place.write_text(text)

    order = standstill.given()

    assert order is not None
    assert "somebody" in order.in_words


def test_nothing_begins_and_the_message_says_who_when_and_how_to_go_on(place: Path) -> None:
    standstill.give(600)

    with pytest.raises(InputError) as refusal:
        run_drill(Scenario.model_validate(scenario()), Profile.model_validate(PROFILE))

    words = str(refusal.value)
    assert words.startswith(f"{place}: all drills were stopped by ")
    assert time.strftime("%Y-%m-%d") in words or "23:59" in words
    assert ", for 10m; " in words
    assert "'brownout stop --clear'" in words


@given(st.lists(st.floats(0, 0.2), min_size=1, max_size=40), st.integers(0, 40))
def test_who_looks_all_the_time_sees_an_order_within_a_second(steps: list[float], given_at: int) -> None:
    clock, order, since = 0.0, Order("ann", 0.0), None
    current: list[Order | None] = [None]
    watch = Watch(lambda: current[0], lambda: clock)
    for number, step in enumerate(steps):
        clock += step
        if number == given_at:
            current[0], since = order, clock
        seen = watch.order
        assert seen is None or since is not None
        assert seen is not None or since is None or clock - since < 1.0
    current[0] = None
    assert watch.order == (order if since is not None and watch._order else None)  # what was seen stays
