"""Generated content on the wire: plain, as events, and as an array that grows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from support.every_call import begun, early

from brownout.dialects.gemini.generate import GeminiGenerate
from brownout.exchange import Answer, Call, Failure, FailureKind, Finish, Request
from brownout.wire.framing import SseCutter

DIALECT = GeminiGenerate()
ANSWER = Answer("ab" * 16, 1_763_000_000, ("Hello", " there", "!"), 4)
TOOL = replace(ANSWER, pieces=('{"id":', " 7}"), finish="tool_calls", tool="find_parcel")
PLAIN = "/v1beta/models/gemini-2.5-flash:generateContent"
STREAM = "/v1beta/models/gemini-2.5-flash:streamGenerateContent"
REFUSED = Failure(FailureKind.CONTENT_REFUSED)


def call(path: str = PLAIN, query: str = "", **body: Any) -> Call:
    asked = {"contents": [{"parts": [{"text": "Hello there"}]}], **body}
    return DIALECT.read(Request("POST", "host", path, query, body=json.dumps(asked).encode()))


def said(answer: Answer, **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DIALECT.answer(call(**body), answer).body)
    return found


def events(data: bytes) -> list[dict[str, Any]]:
    """The objects of server-sent events, every byte accounted for."""
    cutter = SseCutter()
    cut = cutter.feed(data)
    assert cutter.rest() == b""
    assert all(event.startswith(b"data: ") and event.endswith(b"\r\n\r\n") for event in cut)
    return [json.loads(event[6:]) for event in cut]


def streamed(answer: Answer, query: str = "alt=sse", **body: Any) -> list[dict[str, Any]]:
    data = b"".join(DIALECT.stream(call(STREAM, query, **body), answer))
    if query:
        return events(data)
    found: list[dict[str, Any]] = json.loads(data)
    return found


def text_of(chunks: list[dict[str, Any]]) -> str:
    parts = [part for one in chunks for part in one["candidates"][0].get("content", {}).get("parts", [])]
    return "".join(part["text"] for part in parts)


def test_a_plain_answer_is_one_candidate() -> None:
    assert said(ANSWER) == {
        "candidates": [
            {"content": {"parts": [{"text": "Hello there!"}], "role": "model"}, "finishReason": "STOP", "index": 0}
        ],
        "usageMetadata": {
            "promptTokenCount": 4,
            "candidatesTokenCount": 3,
            "totalTokenCount": 7,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 4}],
        },
        "modelVersion": "gemini-2.5-flash",
        "responseId": said(ANSWER)["responseId"],
    }


def test_as_many_candidates_as_are_asked_for() -> None:
    config = {"candidateCount": 3}

    assert [one["index"] for one in said(ANSWER, generationConfig=config)["candidates"]] == [0, 1, 2]
    last = streamed(ANSWER, generationConfig=config)[-3:]
    assert [one["candidates"][0]["index"] for one in last] == [0, 1, 2]


@pytest.mark.parametrize("query", ["alt=sse", "key=sk-test-1&$alt=sse", ""])
def test_a_stream_adds_up_to_the_same(query: str) -> None:
    chunks = streamed(ANSWER, query)

    assert text_of(chunks) == "Hello there!"
    assert [one["candidates"][0].get("finishReason") for one in chunks] == [None, None, None, "STOP"]
    assert chunks[-1]["usageMetadata"] == said(ANSWER)["usageMetadata"]
    assert {one["responseId"] for one in chunks} == {said(ANSWER)["responseId"]}


def test_an_event_is_written_as_google_writes_it() -> None:
    first = next(iter(DIALECT.stream(call(STREAM, "alt=sse"), ANSWER)))

    assert first.startswith(
        b'data: {"candidates": [{"content": {"parts": [{"text": "Hello"}], "role": "model"}, "index": 0}], '
    )
    head = dict(DIALECT.stream_head(call(STREAM, "alt=sse"), ANSWER).headers)
    assert head["content-type"] == "text/event-stream"


def test_without_events_it_is_an_array_whose_elements_can_be_told_apart() -> None:
    parts = list(DIALECT.stream(call(STREAM), ANSWER))

    assert [part[:5] for part in parts] == [b"[{\n  ", b"\n,\r\n{", b"\n,\r\n{", b"\n,\r\n{", b"\n]"]
    assert dict(DIALECT.stream_head(call(STREAM), ANSWER).headers)["content-type"] == "application/json; charset=UTF-8"


def test_no_stream_holds_a_comment() -> None:
    lines = b"".join(DIALECT.stream(call(STREAM, "alt=sse"), ANSWER)).split(b"\r\n")

    assert [line for line in lines if line and not line.startswith(b"data: ")] == []


def test_a_functions_call_comes_whole() -> None:
    part = {"functionCall": {"name": "find_parcel", "args": {"id": 7}}}

    (candidate,) = said(TOOL)["candidates"]
    assert (candidate["content"]["parts"], candidate["finishReason"]) == ([part], "STOP")
    first, last = streamed(TOOL)
    assert first["candidates"][0]["content"]["parts"] == [part]
    assert last["candidates"][0]["finishReason"] == "STOP"


def test_arguments_that_are_no_json_are_never_handed_out() -> None:
    broken = replace(TOOL, pieces=('{"id":',))

    (candidate,) = said(broken)["candidates"]
    assert "content" not in candidate
    assert candidate["finishReason"] == "MALFORMED_FUNCTION_CALL"
    (only,) = streamed(broken)
    assert only["candidates"][0]["finishReason"] == "MALFORMED_FUNCTION_CALL"


@pytest.mark.parametrize(
    ("finish", "reason"), [("length", "MAX_TOKENS"), ("content_filter", "SAFETY"), ("refusal", "PROHIBITED_CONTENT")]
)
def test_an_answer_says_why_it_ends(finish: Finish, reason: str) -> None:
    answer = replace(ANSWER, finish=finish)

    (candidate,) = said(answer)["candidates"]
    assert candidate["finishReason"] == reason
    assert ("content" in candidate) == (finish == "length")
    assert streamed(answer)[-1]["candidates"][0]["finishReason"] == reason


def test_an_answer_without_words_has_no_content() -> None:
    empty = replace(ANSWER, pieces=())

    assert said(empty)["candidates"] == [{"finishReason": "STOP", "index": 0}]
    assert streamed(empty)[-1]["candidates"] == [{"finishReason": "STOP", "index": 0}]


@pytest.mark.parametrize("query", ["alt=sse", ""])
def test_a_blocked_prompt_is_a_200_without_candidates(query: str) -> None:
    feedback = {"blockReason": "PROHIBITED_CONTENT"}
    refusal = replace(ANSWER, pieces=(), finish="refusal")
    plain, stream = DIALECT.failure(call(), REFUSED), DIALECT.failure(call(STREAM, query), REFUSED)
    (only,) = events(stream.body) if query else json.loads(stream.body)

    assert (plain.status, stream.status) == (200, 200)
    for found in (json.loads(plain.body), only, said(refusal), *streamed(refusal, query)):
        assert found["promptFeedback"] == feedback
        assert "candidates" not in found


@pytest.mark.parametrize("sent", [0, 2])
@pytest.mark.parametrize("kind", [kind for kind in FailureKind if kind is not FailureKind.CONTENT_REFUSED])
def test_an_error_in_a_stream_begins_with_error_and_has_a_number(kind: FailureKind, sent: int) -> None:
    data = DIALECT.stream_failure(call(STREAM, "alt=sse"), Failure(kind), begun(call(STREAM, "alt=sse"), sent))

    assert data.startswith(b'data: {"error": {"code": ')
    (found,) = events(data)
    assert isinstance(found["error"]["code"], int)
    assert found["error"]["status"]


@pytest.mark.parametrize("sent", [0, 1, 3])
def test_an_error_in_an_array_leaves_an_array(sent: int) -> None:
    parts = list(DIALECT.stream(call(STREAM), ANSWER))[:sent]
    error = DIALECT.stream_failure(call(STREAM), Failure(FailureKind.OVERLOADED), begun(call(STREAM), sent))
    found = json.loads(b"".join((*parts, error)))

    assert len(found) == sent + 1
    assert list(found[-1]) == ["error"]
    assert found[-1]["error"]["code"] == 503


def test_a_policy_that_strikes_in_a_stream_ends_it() -> None:
    (last,) = events(DIALECT.stream_failure(call(STREAM, "alt=sse"), REFUSED, begun(call(STREAM, "alt=sse"), 2)))

    assert last["candidates"][0]["finishReason"] == "PROHIBITED_CONTENT"


@pytest.mark.parametrize("query", ["alt=sse", ""])
@pytest.mark.parametrize(("finish", "reason"), [("length", "MAX_TOKENS"), ("content_filter", "SAFETY")])
def test_a_stream_that_stops_early_says_why(finish: Finish, reason: str, query: str) -> None:
    asked = call(STREAM, query)
    parts = list(DIALECT.stream(asked, ANSWER))[:2]
    data = b"".join((*parts, DIALECT.stream_incomplete(asked, early(finish), begun(asked, 2))))
    chunks = events(data) if query else json.loads(data)

    assert text_of(chunks) == "Hello there"
    assert chunks[-1]["candidates"][0]["finishReason"] == reason


def test_another_model_may_answer() -> None:
    assert said(replace(ANSWER, model="gemini-2.5-flash-lite"))["modelVersion"] == "gemini-2.5-flash-lite"


def test_vertex_speaks_alike_under_its_own_name() -> None:
    vertex = GeminiGenerate("vertex")
    asked = vertex.read(call().request)

    assert (vertex.service, asked.service) == ("vertex.generate", "vertex.generate")
    assert vertex.answer(asked, ANSWER) == DIALECT.answer(call(), ANSWER)
