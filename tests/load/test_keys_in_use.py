"""A key that is in use is a leak to whoever has it not anyway, and stands in no row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from brownout.calls.canary import SENTINEL
from brownout.journal import MemoryJournal
from brownout.keys_in_play import KeyNotes, KeysInPlay
from brownout.load.channel import Line
from brownout.load.http_channel import HttpLine
from brownout.load.iteration import Iteration, scene_of
from brownout.load.reading import Received
from brownout.load.scene import Outgoing, Part, Person
from brownout.load.shown_reply import ShownReply
from brownout.profile import Journey

KEY = "acme-prod-7f3b9c2e51a04d88"
SECRET = "5e" * 32


class Answering:
    """A browser whose application answers everything alike."""

    def __init__(self, status: int, cookie: str = "", **body: Any) -> None:
        self.status, self.cookie = status, cookie
        self.body = json.dumps(body).encode()

    def send(self, outgoing: Outgoing, reply: ShownReply, patience: float) -> Received:
        reply.feed(self.body)
        return Received("whole", 0.1, self.status)

    def cookies(self, url: str) -> str:
        return self.cookie

    def pause(self, seconds: float) -> None:
        """Nobody waits."""


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeysInPlay]:
    notes = KeyNotes(tmp_path / "keys", SECRET)
    notes.note(KEY)
    yield KeysInPlay(tmp_path / "keys", SECRET)
    notes.close()


def row(keys: KeysInPlay, browser: Answering, **step: Any) -> Mapping[str, Any]:
    ask = {"name": "ask", "post": "/ask", "json": {"text": "{{ message }}"}, "reply": {"json": "reply"}, **step}
    journey = Journey.model_validate({"patience": "5s", "steps": [ask]})
    part = Part("chat", journey, 7, 5.0, "http://127.0.0.1:1", keys=keys)
    journal = MemoryJournal()
    lines: dict[str, Line] = {"http": HttpLine()}
    Iteration(scene_of(part, Person(0), browser, journal), lines, lambda: False).run()
    (written,) = journal.rows
    return written


def test_a_key_in_an_error_is_a_leak_and_is_not_written(keys: KeysInPlay) -> None:
    written = row(keys, Answering(502, error=f"{'The gateway said no. ' * 6}Sent: {KEY}, with"))

    assert written["leaks"] == ["key_in_use"]
    assert "acme" not in json.dumps(written)
    assert "[key]" in written["detail"]


def test_a_key_in_a_whole_answer_is_a_leak_of_a_whole_answer(keys: KeysInPlay) -> None:
    written = row(keys, Answering(200, reply=f"Sure. {SENTINEL}", debug={"x-token": KEY}))

    assert (written["outcome"], written["leaks"]) == ("ok", ["key_in_use"])


@pytest.mark.parametrize(
    ("browser", "step"),
    [
        (Answering(200, reply=SENTINEL, me=KEY), {"headers": {"Authorization": f"Bearer {KEY}"}}),
        (Answering(200, reply=SENTINEL, me=KEY), {"keep": {"token": "me"}}),
        (Answering(200, f"session={KEY}", reply=SENTINEL, me=KEY), {}),
        (Answering(200, reply=SENTINEL, me="another-9a8b7c6d5e4f3a2b"), {}),
    ],
    ids=["sent", "kept", "cookie", "another"],
)
def test_what_is_the_users_own_is_no_leak(keys: KeysInPlay, browser: Answering, step: dict[str, Any]) -> None:
    assert row(keys, browser, **step)["leaks"] == []


def test_a_presigned_url_that_was_signed_with_it_is_handed_out_on_purpose(keys: KeysInPlay) -> None:
    url = f"https://files.example/a.pdf?X-Amz-Security-Token={KEY}&X-Amz-Signature={'0f' * 32}"

    assert row(keys, Answering(200, reply=f"Here it is: {url} {SENTINEL}"))["leaks"] == []
