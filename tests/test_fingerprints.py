"""Pieces of a text are found again in another, though only digests of both are kept."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.fingerprints import KEPT, RUN, SENT, SHOWN, fingerprints, whole

MESSAGE = "The server had an error while processing your request. Sorry about that!"
BODY = json.dumps({"error": {"message": MESSAGE, "type": "server_error", "param": None, "code": None}}, indent=2)
NGINX = "<head><title>500 Internal Server Error</title></head>\r\n<center><h1>500 Internal Server Error</h1></center>"
WERKZEUG = (
    "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n"
    "<p>The server encountered an internal error and was unable to complete your request. Either the server is "
    "overloaded or there is an error in the application.</p>"
)
GOOGLE = "<title>Error 502 (Server Error)!!1</title><p>The server encountered a temporary error and could not complete."


def _share(one: str, other: str) -> bool:
    return not set(fingerprints(one)).isdisjoint(fingerprints(other))


@pytest.mark.parametrize(
    "shown",
    [
        BODY,
        f"Error code: 500 - {{'error': {{'message': '{MESSAGE}'}}}}",
        json.dumps({"detail": f"openai said: {MESSAGE}"}),
        "<p>THE SERVER HAD AN ERROR<br>while <b>processing</b> your request.\nSorry about that!</p>",
    ],
)
def test_a_message_is_known_in_whatever_it_is_wrapped(shown: str) -> None:
    assert _share(BODY, shown)


@pytest.mark.parametrize("page", [NGINX, GOOGLE, BODY])
def test_a_frameworks_page_is_nobodys_it_only_looks_like(page: str) -> None:
    assert not _share(WERKZEUG, page)


@pytest.mark.parametrize("text", ["", "Overloaded", "Internal Server Error", "a" * (RUN - 1), "{}<>.,", "é" * 99])
def test_what_is_too_short_proves_nothing(text: str) -> None:
    assert fingerprints(text) == []


@given(st.text(alphabet="abcdefghij ", min_size=80, max_size=300), st.text(max_size=60), st.text(max_size=60))
def test_a_part_has_the_prints_of_the_whole(text: str, before: str, after: str) -> None:
    wider = f"{before}. {text} .{after}".replace("<", "").replace(">", "")

    assert set(fingerprints(text)) <= set(fingerprints(wider, SHOWN))


@given(st.text())
def test_prints_are_few_and_hold_no_text(text: str) -> None:
    prints = fingerprints(text * 30)

    assert len(prints) <= SENT
    assert all(len(each) == 8 and int(each, 16) % KEPT == 0 for each in prints)


def test_a_short_page_that_is_passed_on_as_it_is_is_known_as_a_whole() -> None:
    page = "<html><head><title>502 Bad Gateway</title></head><center><h1>502 Bad Gateway</h1></center></html>"

    assert whole(page) == whole(page.upper()) != []
    assert whole(page) != whole(NGINX)
    assert whole("Bad Gateway") == []
    assert set(whole(page)).isdisjoint(fingerprints(page, SHOWN))


def test_the_prints_of_a_text_are_the_same_in_every_journal() -> None:
    page = "<p>Café \ud800 50X: the upstream’s answer was cut off, after 4096 bytes of it had been passed on."

    assert fingerprints(page) == ["300994c4", "58d51e18", "8ddd38b4", "9202a6d0", "9cfa0064", "afca0b5c", "defbb318"]
    assert whole(page) == ["=c092f65d"]
    assert whole("Café \ud800 İ 012345678901234") == whole("caf i 012345678901234")
