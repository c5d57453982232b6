"""What a fault makes up inside a stream belongs to the answer that has begun, wherever it strikes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.every_call import STREAMED, WORDS, begun, call_for

from brownout.dialects import Voice, dialect_for
from brownout.dialects.sent import is_over, values_of
from brownout.exchange import Answer, Call, Failure, FailureKind, Finish
from brownout.wire.framing import cutter_for

NOW = 1_763_000_042.0
MADE_UP = "cd" * 16
NAMED = ("created", "created_at", "createdDateTime", "id", "model", "modelVersion", "responseId", "thread_id")
EACH = pytest.mark.parametrize("name", STREAMED)
ANSWERS = [Answer("ab" * 16, 1_763_000_000, WORDS, 8), Answer("ab" * 16, 1_763_000_000, ('{"a"', ": 1}"), 8, tool="f")]
KINDS = [FailureKind.SERVER_ERROR, FailureKind.OVERLOADED, FailureKind.RATE_LIMIT_TOKENS]


def values(call: Call, data: bytes) -> list[dict[str, Any]]:
    """The objects in the bytes of a stream."""
    head = dict(dialect_for(call.service).stream_head(call, ANSWERS[0]).headers)
    cutter = cutter_for(head["content-type"], True)
    assert cutter is not None
    events = cutter.feed(data)
    assert not cutter.rest()
    return [value for value in values_of(events) if value.get("id") != ""]  # Azure's opinion on the prompt is no answer


def names(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Where in an object an answer is named, and how."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in NAMED and not isinstance(item, dict | list):
                yield (*path, key), json.dumps(item)
            yield from names(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from names(item, path)


def same_answer(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    """Wherever the later objects name an answer where the earlier ones do, they name it alike."""
    seen: dict[tuple[str, ...], set[str]] = {}
    for value in before:
        for path, name in names(value):
            seen.setdefault(path, set()).add(name)
    for value in after:
        for path, name in names(value):
            assert path not in seen or name in seen[path], path


@EACH
@settings(max_examples=12)
@given(data=st.data())
def test_what_is_made_up_bears_the_names_of_what_passed(name: str, data: st.DataObject) -> None:
    call = call_for(name, stream=True, n=data.draw(st.integers(1, 2)))
    answer = data.draw(st.sampled_from(ANSWERS))
    whole = tuple(dialect_for(name).stream(call, answer))
    sent = whole[: data.draw(st.integers(2 if name == "copilot.chat" else 1, len(whole)))]  # Copilot has to speak first
    finish: Finish = data.draw(st.sampled_from(["length", "content_filter"]))
    kind = data.draw(st.sampled_from(KINDS))

    closing = Voice(call, NOW).incomplete(MADE_UP, finish, sent)
    error = Voice(call, NOW).stream_failure(Failure(kind, id=MADE_UP), sent)

    assert (closing == b"") is (error == b"") is is_over(sent)
    before = values(call, b"".join(sent))
    same_answer(before, values(call, closing))
    same_answer(before, values(call, error))


@EACH
def test_nothing_made_up_is_from_1970(name: str) -> None:
    call = call_for(name, stream=True)
    for count in (0, 3):
        closing = values(call, Voice(call, NOW).incomplete(MADE_UP, "length", begun(call, count)))

        assert not [path for value in closing for path, named in names(value) if named == "0" and path[-1] != "id"]
        assert b"1970" not in json.dumps(closing).encode()


@pytest.mark.parametrize("count", range(4, 4 + len(WORDS)))
def test_an_incomplete_response_holds_the_text_so_far(count: int) -> None:
    call = call_for("openai.responses", stream=True)
    sent = begun(call, count)

    (last,) = values(call, Voice(call, NOW).incomplete(MADE_UP, "length", sent))

    text = "".join(value["delta"] for value in values_of(sent) if value["type"] == "response.output_text.delta")
    assert text == "".join(WORDS[: count - 4])
    (item,) = last["response"]["output"]
    assert (item["status"], item["content"][0]["text"]) == ("incomplete", text)
    assert last["response"]["usage"]["output_tokens"] == count - 4
    assert last["sequence_number"] == count


def test_a_half_function_call_is_in_the_incomplete_response() -> None:
    call = call_for("openai.responses", stream=True)
    sent = begun(call, 4, ANSWERS[1])

    (last,) = values(call, Voice(call, NOW).incomplete(MADE_UP, "length", sent))

    (item,) = last["response"]["output"]
    assert (item["type"], item["status"], item["arguments"]) == ("function_call", "incomplete", '{"a"')


def test_an_incomplete_message_of_a_thread_holds_the_text_so_far() -> None:
    call = call_for("openai.assistants", stream=True)
    sent = begun(call, 11)

    message, run = values(call, Voice(call, NOW).incomplete(MADE_UP, "length", sent))

    text = "".join(value["delta"]["content"][0]["text"]["value"] for value in values_of(sent) if "delta" in value)
    assert text
    assert message["content"][0]["text"]["value"] == text
    assert message["run_id"] == run["id"] == f"run_{'ab' * 16}"


def test_a_run_whose_message_has_not_begun_ends_without_one() -> None:
    call = call_for("openai.assistants", stream=True)

    (run,) = values(call, Voice(call, NOW).incomplete(MADE_UP, "length", begun(call, 3)))

    assert (run["object"], run["status"]) == ("thread.run", "incomplete")


def test_the_last_snapshot_of_copilot_keeps_what_it_had_said() -> None:
    call = call_for("copilot.chat", stream=True)
    sent = begun(call, 5)
    *_, before = values_of(sent)

    (short,) = values(call, Voice(call, NOW).incomplete(MADE_UP, "length", sent))
    (filtered,) = values(call, Voice(call, NOW).incomplete(MADE_UP, "content_filter", sent))

    assert short == before
    assert filtered["state"] == "disengagedForRai"
    assert filtered["messages"][-1]["id"] == before["messages"][-1]["id"]
    assert filtered["messages"][-1]["text"] != before["messages"][-1]["text"]


def test_a_transcript_that_ends_early_holds_its_text() -> None:
    call = call_for("openai.audio", stream=True)

    (last,) = values(call, Voice(call, NOW).incomplete(MADE_UP, "length", begun(call, 2)))

    assert last["text"] == "".join(WORDS[:2])
    assert last["usage"]["output_tokens"] == 2


def test_only_choices_that_have_not_ended_are_ended() -> None:
    call = call_for("openai.chat", stream=True, n=2)
    whole = tuple(dialect_for("openai.chat").stream(call, ANSWERS[0]))

    last, *rest = values(call, Voice(call, NOW).incomplete(MADE_UP, "length", whole[:-2]))

    assert [choice["index"] for choice in last["choices"]] == [1]
    assert rest == []


def test_events_that_hold_no_object_are_passed_by() -> None:
    assert values_of([b": ping\n\n", b"data: [DONE]\n\n", b"data: {\n\n", b"data: []\n\n"]) == []
