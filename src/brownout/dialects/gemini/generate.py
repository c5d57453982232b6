"""Generating content: https://ai.google.dev/api/generate-content#method:-models.generatecontent."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs

from brownout.dialects.base import Pace
from brownout.dialects.gemini import common as gemini
from brownout.dialects.gemini import errors as gemini_errors
from brownout.dialects.headers import base58, hexadecimal
from brownout.dialects.sent import Sent, table_in, tables_in, values_of
from brownout.exchange import Answer, Asked, Call, Failure, FailureKind, Finish, Reply

_FINISHES: dict[Finish, str] = {
    "stop": "STOP",
    "length": "MAX_TOKENS",
    "tool_calls": "STOP",
    "content_filter": "SAFETY",
    "refusal": "PROHIBITED_CONTENT",
}
_MAX_CANDIDATES = 8
_RATING = {"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "probability": "HIGH", "blocked": True}


def _is_sse(call: Call) -> bool:
    """Whether a stream goes out as events; without ``alt=sse`` it is one JSON array."""
    query = parse_qs(call.request.query)
    return "sse" in (*query.get("alt", ()), *query.get("$alt", ()))


def _framed(call: Call, values: Iterable[dict[str, Any]], sent: int) -> Iterator[bytes]:
    """The objects as events: server-sent ones, or elements of an array of which ``sent`` went out before."""
    if _is_sse(call):
        for value in values:
            yield b"data: " + gemini.dump(value) + b"\r\n\r\n"
        return
    for number, value in enumerate(values, sent):
        yield (b"\n,\r\n" if number else b"[") + gemini.pretty(value)
    yield b"\n]"


def _candidates(call: Call) -> int:
    wanted = gemini.given(gemini.given(call.body, "generationConfig"), "candidateCount")
    return min(max(wanted, 1), _MAX_CANDIDATES) if isinstance(wanted, int) and not isinstance(wanted, bool) else 1


def _usage(sent: int, answered: int, thought: int = 0) -> dict[str, Any]:
    total = {"totalTokenCount": sent + answered + thought}
    counts = {"promptTokenCount": sent, "candidatesTokenCount": answered, **total}
    if thought:
        counts["thoughtsTokenCount"] = thought
    if not answered:
        del counts["candidatesTokenCount"]
    return {**counts, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": sent}]}


def _frame(call: Call, id: str, model: str | None = None) -> dict[str, Any]:
    named = model or call.model or gemini.DEFAULT_MODEL
    return {"modelVersion": named, "responseId": base58("response", id, 23)}


def _arguments(answer: Answer) -> dict[str, Any] | None:
    """The words as a function's arguments; None where they are no JSON object, which Google never hands out."""
    try:
        value = json.loads(answer.text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _candidate(parts: list[dict[str, Any]], index: int, **rest: Any) -> dict[str, Any]:
    content = {"content": {"parts": parts, "role": "model"}} if parts else {}
    return {**content, **rest, "index": index}


def _ended(answer: Answer, parts: list[dict[str, Any]], index: int) -> dict[str, Any]:
    """The last that is said of a candidate; one that is blocked has no content."""
    if answer.finish in ("content_filter", "refusal"):
        reason = _FINISHES[answer.finish]
        return _candidate([], index, finishReason=reason, safetyRatings=[_RATING])
    if answer.tool and _arguments(answer) is None:
        message = f"Malformed function call: {answer.tool}({answer.text})"
        return _candidate([], index, finishReason="MALFORMED_FUNCTION_CALL", finishMessage=message)
    return _candidate(parts, index, finishReason=_FINISHES[answer.finish])


def _blocked(call: Call, id: str, sent: int, model: str | None = None) -> dict[str, Any]:
    """What is said of a prompt that breaks a policy: a 200 without candidates."""
    feedback = {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}
    return {**feedback, "usageMetadata": _usage(sent, 0), **_frame(call, id, model)}


def _is_blocked(answer: Answer) -> bool:
    return answer.finish == "refusal" and not answer.pieces


def _whole(answer: Answer) -> list[dict[str, Any]]:
    """The parts of a whole answer; one without words has none."""
    thoughts: list[dict[str, Any]] = [{"text": answer.thought, "thought": True}] if answer.thinking else []
    return [*thoughts, *_said(answer)]


def _said(answer: Answer) -> list[dict[str, Any]]:
    """What is said after all thought; its first part bears the seal of the thoughts, which is to come back."""
    sealed = {"thoughtSignature": _signature(answer)} if answer.thinking else {}
    if answer.tool:
        return [{"functionCall": {"name": answer.tool, "args": _arguments(answer)}, **sealed}]
    return [{"text": answer.text, **sealed}] if answer.pieces else []


def _signature(answer: Answer) -> str:
    sealed = bytes.fromhex("".join(hexadecimal(f"thought {part}", answer.id, 32) for part in range(6)))
    return base64.b64encode(b"\x0a" + sealed).decode()


def _pieces(answer: Answer) -> list[dict[str, Any]]:
    """A part an event, before the last; a function's call is never cut into pieces."""
    if answer.tool:
        return [] if _arguments(answer) is None else _said(answer)
    return [{"text": piece} for piece in answer.pieces]


def _chunks(call: Call, answer: Answer) -> Iterator[dict[str, Any]]:
    frame, count = _frame(call, answer.id, answer.model), _candidates(call)
    for number, piece in enumerate(answer.thinking, 1):
        usage = _usage(answer.input_tokens, 0, number)
        for index in range(count):
            yield {
                "candidates": [_candidate([{"text": piece, "thought": True}], index)],
                "usageMetadata": usage,
                **frame,
            }
    for number, part in enumerate(_pieces(answer), 1):
        usage = _usage(answer.input_tokens, number, len(answer.thinking))
        for index in range(count):
            yield {"candidates": [_candidate([part], index)], "usageMetadata": usage, **frame}
    sealed = {"thoughtSignature": _signature(answer)} if answer.thinking and not answer.tool else {}
    last = [{"text": "", **sealed}] if answer.pieces else []
    usage = _usage(answer.input_tokens, len(answer.pieces) * count, len(answer.thinking) * count)
    for index in range(count):
        yield {"candidates": [_ended(answer, last, index)], "usageMetadata": usage, **frame}


def _sent(call: Call) -> int:
    return max(1, len(call.text.split()))


def _is_over(candidate: dict[str, Any]) -> bool:
    return "finishReason" in candidate


def _frame_of(before: list[dict[str, Any]]) -> dict[str, Any]:
    """What tells of the last response in a stream which answer it belongs to."""
    last = before[-1] if before else {}
    return {name: last[name] for name in ("modelVersion", "responseId") if name in last}


def _usage_of(before: list[dict[str, Any]]) -> dict[str, Any]:
    return table_in(before[-1], "usageMetadata") if before else {}


class GeminiGenerate(gemini.GeminiDialect):
    """``gemini.generate``: an instruction and contents in, candidates out. The path says whether they are streamed."""

    service = "gemini.generate"
    pace: Pace = "tokens"

    def asked(self, call: Call) -> Asked:
        """The function, the form and the length that the caller insists on."""
        return gemini.asked(call)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """One response. A refusal without words is a blocked prompt, which has no candidate at all."""
        if _is_blocked(answer):
            return gemini.ok(answer, _blocked(call, answer.id, answer.input_tokens, answer.model))
        count = _candidates(call)
        candidates = [_ended(answer, _whole(answer), index) for index in range(count)]
        usage = _usage(answer.input_tokens, len(answer.pieces) * count, len(answer.thinking) * count)
        frame = _frame(call, answer.id, answer.model)
        return gemini.ok(answer, {"candidates": candidates, "usageMetadata": usage, **frame})

    def failure(self, call: Call, failure: Failure) -> Reply:
        """Google's error; but a prompt that breaks a policy gets a 200 that says so."""
        if failure.kind is not FailureKind.CONTENT_REFUSED or failure.status or failure.message:
            return super().failure(call, failure)
        blocked = _blocked(call, failure.id, _sent(call))
        if call.stream:
            return Reply(200, self._headers(call, failure.id), b"".join(_framed(call, [blocked], 0)))
        return Reply(200, gemini.headers(failure.id), gemini.pretty(blocked) + b"\n")

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a stream."""
        return Reply(200, self._headers(call, answer.id))

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """A response a token, the last with the reason; never a comment, which breaks Google's own clients."""
        if _is_blocked(answer):
            return _framed(call, [_blocked(call, answer.id, answer.input_tokens, answer.model)], 0)
        return _framed(call, _chunks(call, answer), 0)

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """An object whose first key is ``error``, where a response was due: the clients raise from nothing else."""
        if failure.kind is FailureKind.CONTENT_REFUSED and not failure.status and failure.message is None:
            blocked = Answer(failure.id, int(failure.now), (), _sent(call), "refusal")
            return self.stream_incomplete(call, blocked, sent)
        error = gemini_errors.error_of(call, failure)
        return b"".join(_framed(call, [{"error": error.body}], len(sent)))

    def stream_incomplete(self, call: Call, answer: Answer, sent: Sent) -> bytes:
        """A last response without content for each candidate that has not ended: why there is no more."""
        before = values_of(sent)
        frame = _frame(call, answer.id) | _frame_of(before)
        usage = _usage_of(before) or _usage(answer.input_tokens, 0)
        over = {each.get("index") for value in before for each in tables_in(value, "candidates") if _is_over(each)}
        ends = [_ended(answer, [], index) for index in range(_candidates(call)) if index not in over]
        values = [{"candidates": [end], "usageMetadata": usage, **frame} for end in ends]
        return b"".join(_framed(call, values, len(sent)))

    def _headers(self, call: Call, id: str) -> tuple[tuple[str, str], ...]:
        if not _is_sse(call):
            return gemini.headers(id)
        return (*gemini.headers(id, gemini.SSE), ("content-disposition", "attachment"))
