"""What the JSON of an answer no longer says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.wire import eventstream
from brownout.wire.edits_json import StillQueued, WithoutUsage

USAGE = {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}
CHUNK = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "Hi"}}]}


def sse(value: Any, name: str = "") -> bytes:
    return (f"event: {name}\n" if name else "").encode() + b"data: " + json.dumps(value).encode() + b"\n\n"


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ({"id": "x", "usage": USAGE}, {"id": "x"}),
        ({"response": {"id": "r", "usage": USAGE}}, {"response": {"id": "r"}}),
        ({"type": "message_start", "message": {"usage": USAGE, "role": "assistant"}}, None),
        ({"candidates": [], "usageMetadata": {"totalTokenCount": 3}}, {"candidates": []}),
        ({"done": True, "prompt_eval_count": 3, "eval_count": 5}, {"done": True}),
    ],
)
def test_token_counts_are_not_there(value: Any, left: Any) -> None:
    body = json.loads(WithoutUsage().body(json.dumps(value).encode()))

    assert body == (left or {"type": "message_start", "message": {"role": "assistant"}})


def test_token_counts_can_be_null() -> None:
    assert WithoutUsage("null").body(b'{"id":"x","usage":{"total_tokens":3}}') == b'{"id":"x","usage":null}'


def test_the_chunk_that_holds_only_usage_is_not_sent() -> None:
    usage = sse({"object": "chat.completion.chunk", "choices": [], "usage": USAGE})

    assert WithoutUsage().feed(3, usage) == ()
    assert json.loads(WithoutUsage("null").feed(3, usage)[0][6:])["usage"] is None


def test_other_events_are_passed_byte_for_byte() -> None:
    for event in (sse(CHUNK), b"data: [DONE]\n\n", b": comment about usage\n\n", b'data: {"usage"\n\n', b""):
        assert WithoutUsage().feed(0, event) == (event,)


def test_what_a_user_says_of_usage_stays() -> None:
    event = sse({"choices": [{"delta": {"content": '"usage": 3'}}]})

    assert WithoutUsage().feed(0, event) == (event,)


def test_a_binary_frame_without_usage_is_a_valid_frame() -> None:
    (frame,) = WithoutUsage().feed(0, eventstream.event("metadata", b'{"metrics":{},"usage":{"inputTokens":3}}'))

    assert eventstream.decode(frame)[1] == b'{"metrics":{}}'


def test_an_event_keeps_its_name() -> None:
    (event,) = WithoutUsage().feed(0, sse({"type": "message_delta", "usage": USAGE}, "message_delta"))

    assert event == b'event: message_delta\ndata: {"type": "message_delta"}\n\n'


def waiting(value: Any) -> Any:
    return json.loads(StillQueued().body(json.dumps(value).encode()))


def test_a_batch_that_is_done_is_still_in_progress() -> None:
    counts = {"total": 7, "completed": 6, "failed": 1}
    batch = {
        "id": "batch_1",
        "object": "batch",
        "status": "completed",
        "output_file_id": "file-1",
        "request_counts": counts,
    }

    assert waiting(batch) == batch | {
        "status": "in_progress",
        "output_file_id": None,
        "request_counts": {"total": 7, "completed": 0, "failed": 0},
    }


def test_a_message_batch_that_has_ended_is_still_in_progress() -> None:
    counts = {"processing": 0, "succeeded": 4, "errored": 1, "canceled": 0, "expired": 0}
    batch = {
        "type": "message_batch",
        "processing_status": "ended",
        "results_url": "https://x",
        "request_counts": counts,
    }

    assert waiting(batch) == {
        "type": "message_batch",
        "processing_status": "in_progress",
        "results_url": None,
        "request_counts": {"processing": 5, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0},
    }


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ({"object": "file", "status": "processed"}, "uploaded"),
        ({"object": "thread.run", "status": "failed", "usage": USAGE}, "queued"),
        ({"object": "vector_store", "status": "completed"}, "in_progress"),
        ({"object": "fine_tuning.job", "status": "succeeded"}, "queued"),
        ({"object": "response", "background": True, "status": "completed", "output": [{}]}, "queued"),
    ],
)
def test_a_job_says_that_it_waits(value: dict[str, Any], status: str) -> None:
    found = waiting(value)

    assert found["status"] == status
    assert set(found) == set(value)
    assert not found.get("output")


def test_every_job_of_a_list_waits() -> None:
    jobs = {"object": "list", "data": [{"object": "batch", "status": "completed"}, {"object": "model"}]}

    assert waiting(jobs)["data"] == [{"object": "batch", "status": "in_progress"}, {"object": "model"}]


@pytest.mark.parametrize(
    "body",
    [
        b'{"object":"response","background":false,"status":"completed"}',
        b'{"object":"chat.completion","status":"x"}',
        b'{"object":["batch"]}',
        b"[1]",
        b"no json",
    ],
)
def test_what_is_no_job_stays_as_it_is(body: bytes) -> None:
    assert StillQueued().body(body) == body


@given(st.binary())
def test_no_bytes_make_an_edit_fail(data: bytes) -> None:
    for edit in (WithoutUsage(), WithoutUsage("null"), StillQueued()):
        assert isinstance(edit.body(data), bytes)
        assert all(isinstance(event, bytes) for event in edit.feed(0, data))
        assert edit.rest() == ()


def test_of_a_list_only_those_that_are_meant_are_waiting() -> None:
    jobs = [{"id": f"batch_{number}", "object": "batch", "status": "completed"} for number in range(3)]
    edit = StillQueued(lambda id: id == "batch_1")

    shown = json.loads(edit.body(json.dumps({"object": "list", "data": [*jobs, "odd"]}).encode()))

    assert [job["status"] for job in shown["data"][:3]] == ["completed", "in_progress", "completed"]
