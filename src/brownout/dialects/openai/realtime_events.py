"""What OpenAI says over a Realtime WebSocket, as events without their ``event_id``. Pure.

Two generations are on the wire: the present one, and the one of ``OpenAI-Beta: realtime=v1``, which calls the same
things by other names (https://platform.openai.com/docs/guides/realtime#beta-to-ga-migration). Events:
https://platform.openai.com/docs/api-reference/realtime-server-events.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from brownout.dialects.openai import common as openai
from brownout.dialects.openai.error import Error
from brownout.exchange import Answer

Event = dict[str, Any]
_SILENCE = base64.b64encode(bytes(480)).decode()  # ten milliseconds of PCM at 24 kHz
_PAST_NAMES = {
    "response.output_text.delta": "response.text.delta",
    "response.output_text.done": "response.text.done",
    "response.output_audio.delta": "response.audio.delta",
    "response.output_audio.done": "response.audio.done",
    "response.output_audio_transcript.delta": "response.audio_transcript.delta",
    "response.output_audio_transcript.done": "response.audio_transcript.done",
}
_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


@dataclass(frozen=True)
class Speech:
    """The form of a response: its generation of event names, spoken or written, and its conversation."""

    beta: bool = False
    audio: bool = False
    conversation: str | None = None
    limit: int | str = "inf"
    metadata: dict[str, Any] | None = None

    def named(self, kind: str) -> str:
        """An event's type in this generation."""
        return _PAST_NAMES.get(kind, kind) if self.beta else kind


def event_id(session: str, number: int) -> str:
    """The id of a session's event ``number``."""
    return f"event_{openai.digest('event', session, str(number), size=11)}"


def error(made: Error, caused_by: str | None) -> Event:
    """The error event; ``caused_by`` is the ``event_id`` that the client gave its own event, where it gave one."""
    return {"type": "error", "error": {**made.body, "event_id": caused_by}}


def item_added(item: dict[str, Any], previous: str | None, beta: bool) -> list[Event]:
    """An item is in the conversation."""
    place = {"previous_item_id": previous, "item": item}
    if beta:
        return [{"type": "conversation.item.created", **place}]
    return [{"type": "conversation.item.added", **place}, {"type": "conversation.item.done", **place}]


def response(id: str, speech: Speech, status: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
    """The response object, with nothing in it."""
    spoken = ["audio"] if speech.audio else ["text"]
    if speech.beta:
        form: dict[str, Any] = {"modalities": ["audio", "text"] if speech.audio else spoken}
    else:
        form = {"output_modalities": spoken}
    return {
        "object": "realtime.response",
        "id": f"resp_{id}",
        "status": status,
        "status_details": details,
        "output": [],
        "conversation_id": speech.conversation,
        **form,
        "max_output_tokens": speech.limit,
        "usage": None,
        "metadata": speech.metadata,
    }


def _usage(answer: Answer, audio: bool) -> dict[str, Any]:
    heard, answered = answer.input_tokens, answer.output_tokens
    cached = {"text_tokens": 0, "audio_tokens": 0, "image_tokens": 0}
    spoken = {"text_tokens": 0, "audio_tokens": answered} if audio else {"text_tokens": answered, "audio_tokens": 0}
    return {
        "total_tokens": heard + answered,
        "input_tokens": heard,
        "output_tokens": answered,
        "input_token_details": {
            "text_tokens": heard,
            "audio_tokens": 0,
            "image_tokens": 0,
            "cached_tokens": 0,
            "cached_tokens_details": cached,
        },
        "output_token_details": spoken,
    }


def output_item(answer: Answer, speech: Speech) -> dict[str, Any]:
    """What the model did: a message, or the call of a tool it was forced to call."""
    if answer.tool:
        return {
            "id": f"item_{answer.id[:20]}",
            "object": "realtime.item",
            "type": "function_call",
            "status": "completed",
            "name": answer.tool,
            "call_id": f"call_{openai.digest('call', answer.id, size=8)}",
            "arguments": answer.text,
        }
    prefix = "" if speech.beta else "output_"
    part = {"type": f"{prefix}audio", "transcript": answer.text} if speech.audio else {"type": f"{prefix}text"}
    return {
        "id": f"item_{answer.id[:20]}",
        "object": "realtime.item",
        "type": "message",
        "status": "incomplete" if answer.finish in _INCOMPLETE else "completed",
        "role": "assistant",
        "content": [part if speech.audio else {**part, "text": answer.text}],
    }


def _part(speech: Speech, text: str) -> dict[str, str]:
    return {"type": "audio", "transcript": text} if speech.audio else {"type": "text", "text": text}


def _said(answer: Answer, speech: Speech, place: dict[str, Any]) -> Iterator[Event]:
    place = {**place, "content_index": 0}
    words = "response.output_audio_transcript" if speech.audio else "response.output_text"
    yield {"type": "response.content_part.added", **place, "part": _part(speech, "")}
    for piece in answer.pieces:
        yield {"type": speech.named(f"{words}.delta"), **place, "delta": piece}
        if speech.audio:
            yield {"type": speech.named("response.output_audio.delta"), **place, "delta": _SILENCE}
    if speech.audio:
        yield {"type": speech.named("response.output_audio.done"), **place}
    whole = {"transcript": answer.text} if speech.audio else {"text": answer.text}
    yield {"type": speech.named(f"{words}.done"), **place, **whole}
    yield {"type": "response.content_part.done", **place, "part": _part(speech, answer.text)}


def _called(answer: Answer, item: dict[str, Any], place: dict[str, Any]) -> Iterator[Event]:
    place = {**place, "call_id": item["call_id"]}
    for piece in answer.pieces:
        yield {"type": "response.function_call_arguments.delta", **place, "delta": piece}
    done = {"name": item["name"], "arguments": answer.text}
    yield {"type": "response.function_call_arguments.done", **place, **done}


def answered(answer: Answer, speech: Speech, previous: str | None = None) -> Iterator[Event]:
    """Every event of a response, from ``response.created`` to ``response.done``."""
    item = output_item(answer, speech)
    empty: dict[str, Any] = {"status": "in_progress", **({"arguments": ""} if answer.tool else {"content": []})}
    place = {"response_id": f"resp_{answer.id}", "item_id": item["id"], "output_index": 0}
    whole = {"response_id": place["response_id"], "output_index": 0}
    yield {"type": "response.created", "response": response(answer.id, speech, "in_progress")}
    yield rate_limits(answer)  # documented to come as a response begins, whose tokens are reserved then
    yield {"type": "response.output_item.added", **whole, "item": {**item, **empty}}
    begun, *ended = item_added({**item, **empty}, previous, speech.beta)
    yield begun
    yield from _called(answer, item, place) if answer.tool else _said(answer, speech, place)
    for event in ended:
        yield {**event, "item": item}
    yield {"type": "response.output_item.done", **whole, "item": item}
    reason = _INCOMPLETE.get(answer.finish)
    status = "incomplete" if reason else "completed"
    details = {"type": "incomplete", "reason": reason} if reason else None
    done = response(answer.id, speech, status, details)
    yield {"type": "response.done", "response": {**done, "output": [item], "usage": _usage(answer, speech.audio)}}


def rate_limits(answer: Answer) -> Event:
    """What is left of the allowance."""
    used = answer.input_tokens + answer.output_tokens
    tokens = {
        "name": "tokens",
        "limit": 40_000,
        "remaining": max(0, 40_000 - used),
        "reset_seconds": used * 60 / 40_000,
    }
    return {"type": "rate_limits.updated", "rate_limits": [tokens]}


def failed(id: str, speech: Speech, made: Error) -> list[Event]:
    """A response that begins and has failed."""
    why = {"type": made.type, "code": made.code or made.type, "message": made.message}
    details = {"type": "failed", "error": why}
    begun = {"type": "response.created", "response": response(id, speech, "in_progress")}
    return [begun, {"type": "response.done", "response": response(id, speech, "failed", details)}]


def cancelled(id: str, speech: Speech) -> Event:
    """A response that the client cancelled."""
    details = {"type": "cancelled", "reason": "client_cancelled"}
    return {"type": "response.done", "response": response(id, speech, "cancelled", details)}
