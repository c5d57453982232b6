"""What an answer has in the place of what the profile looks for."""

from __future__ import annotations

import json

import pytest

from brownout.load.came import MOST, came_instead, paths_of
from brownout.load.reading import Received, reading_of
from brownout.load.shown_reply import ShownReply
from brownout.mistakes import mistake_in, sought_in
from brownout.profile import Read


def _reply(read: Read, data: bytes) -> ShownReply:
    reply = ShownReply(read)
    reply.feed(data)
    reply.close()
    return reply


def test_paths_are_jmespath_and_hold_no_value() -> None:
    document = {"answer": "secret", "usage": {"in": 3}, "choices": [{"message": {"content": "a"}}], "x-y": 1}

    assert paths_of(document) == ["answer", "usage.in", "choices[0].message.content", '"x-y"']


def test_a_large_document_gives_a_few() -> None:
    assert len(paths_of({f"k{number}": number for number in range(99)})) == MOST


@pytest.mark.parametrize(
    ("read", "data", "paths"),
    [
        (Read(json="anwser"), b'{"answer": "Air scatters blue light."}', ["answer"]),
        (Read(value="data[0].ulr"), b'{"data": [{"url": "x"}]}', ["data[0].url"]),
        (Read(sse="delta.txt"), b'data: {"delta": {"text": "a"}}\n\ndata: {"done": true}\n\n', ["delta.text", "done"]),
        (Read(ndjson="delta.txt"), b'{"delta": {"text": "a"}}\n{"done": true}\n', ["delta.text", "done"]),
        (Read(message="delta.txt"), b'{"delta": {"text": "a"}}\nping\n{"done": true}\n', ["delta.text", "done"]),
        (Read(sse="delta"), b'{"reply": "no stream at all"}', ["reply"]),
        (Read(json="reply"), b"<html>a page</html>", ["(a web page)"]),
        (Read(json="reply"), b"plain words", ["(text that is no JSON)"]),
    ],
)
def test_a_reading_that_found_nothing_says_what_came(read: Read, data: bytes, paths: list[str]) -> None:
    reply = _reply(read, data)

    reading = reading_of(Received("whole", 1.0, 200), reply, sentinel=True, now=0.0)

    assert (reading.outcome, reading.paths) == ("empty", paths)
    row = {"outcome": reading.outcome, "status": 200, "detail": reading.detail}
    assert mistake_in(row) == "reply"
    assert sought_in(row) == (read.json_ or read.sse or read.ndjson or read.message or read.value)


def test_a_reply_that_is_there_and_empty_is_no_mistake_of_the_profile() -> None:
    reading = reading_of(Received("whole", 1.0, 200), _reply(Read(json="reply"), json.dumps({"reply": ""}).encode()),
                         sentinel=True, now=0.0)  # fmt: skip

    assert mistake_in({"outcome": reading.outcome, "status": 200, "detail": reading.detail}) is None


def test_an_answer_that_was_read_needs_no_paths() -> None:
    assert came_instead(_reply(Read(json="reply"), b"")) == []
