"""A Realtime session: what it is set to, what its conversation holds, and what a client's event does to it. Pure.

https://platform.openai.com/docs/api-reference/realtime-client-events
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from brownout.dialects.openai import common as openai
from brownout.dialects.openai import realtime_events as say
from brownout.dialects.openai.error import Error
from brownout.dialects.openai.realtime_events import Event, Speech
from brownout.dialects.reading import last_said, string
from brownout.exchange import Call, Turn

DEFAULT_MODEL = "gpt-realtime"
LIVES = 3600
"""Seconds that a session may last."""
MAX_ITEMS = 1000
KINDS = (
    "session.update",
    "input_audio_buffer.append",
    "input_audio_buffer.commit",
    "input_audio_buffer.clear",
    "conversation.item.create",
    "conversation.item.truncate",
    "conversation.item.delete",
    "conversation.item.retrieve",
    "response.create",
    "response.cancel",
)
_AUDIO = {
    "input": {
        "format": {"type": "audio/pcm", "rate": 24000},
        "transcription": None,
        "noise_reduction": None,
        "turn_detection": {
            "type": "server_vad",
            "threshold": 0.5,
            "prefix_padding_ms": 300,
            "silence_duration_ms": 200,
            "idle_timeout_ms": None,
            "create_response": True,
            "interrupt_response": True,
        },
    },
    "output": {"format": {"type": "audio/pcm", "rate": 24000}, "voice": "alloy", "speed": 1.0},
}
_INSTRUCTIONS = "You are a helpful assistant."
_SHARED: dict[str, Any] = {"tools": [], "tool_choice": "auto", "tracing": None}
_NOW = {"type": "realtime", "output_modalities": ["audio"], "max_output_tokens": "inf", "truncation": "auto"}
_BEFORE = {
    "modalities": ["audio", "text"],
    "voice": "alloy",
    "input_audio_format": "pcm16",
    "output_audio_format": "pcm16",
    "input_audio_transcription": None,
    "turn_detection": {"type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300, "silence_duration_ms": 200},
    "temperature": 0.8,
    "max_response_output_tokens": "inf",
}


@dataclass(frozen=True)
class Session:
    """One connection's session. ``id`` is bare hex; ``created`` in Unix seconds; ``heard``: audio is in the buffer."""

    id: str
    created: int
    model: str = DEFAULT_MODEL
    beta: bool = False
    settings: Mapping[str, Any] | None = None
    items: tuple[dict[str, Any], ...] = ()
    heard: bool = False

    @property
    def shown(self) -> dict[str, Any]:
        """The session as its events show it."""
        name = {"object": "realtime.session", "id": f"sess_{self.id[:21]}", "model": self.model}
        own = _BEFORE if self.beta else {**_NOW, "audio": _AUDIO}
        given = {"instructions": _INSTRUCTIONS, **_SHARED, **own, **(self.settings or {})}
        return {**name, **given, "model": self.model, "expires_at": self.created + LIVES}

    @property
    def last_item(self) -> str | None:
        """The id of what came last."""
        return self.items[-1]["id"] if self.items else None

    def with_item(self, item: dict[str, Any]) -> Session:
        """The session with one item more; the oldest go where there are too many."""
        return replace(self, items=(*self.items, item)[-MAX_ITEMS:])


@dataclass(frozen=True)
class Heard:
    """What a client's event leads to: the session after it, what is said at once, and what is to be done.

    ``asks`` holds the settings of the response that is asked for; ``cancels`` that the one under way shall end.
    """

    session: Session
    events: tuple[Event, ...] = ()
    asks: dict[str, Any] | None = None
    cancels: bool = False


def opened(call: Call, id: str, created: int) -> Session:
    """The session of a connection that was just opened."""
    asked = parse_qs(call.request.query)
    model = asked.get("model", [DEFAULT_MODEL])[0]
    return Session(id, created, model, call.request.headers.get("openai-beta", "") == "realtime=v1")


def object_of(value: Any) -> dict[str, Any]:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def event_of(message: bytes) -> dict[str, Any]:
    """A client's message as an event; empty where it is none."""
    try:
        return object_of(json.loads(message))
    except (ValueError, RecursionError):
        return {}


def _refused(session: Session, event: dict[str, Any], message: str, code: str, param: str | None = None) -> Heard:
    made = Error(400, message, code=code, param=param)
    return Heard(session, (say.error(made, string(event.get("event_id"))),))


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for key, value in new.items():
        inside = merged.get(key)
        merged[key] = _merged(inside, value) if isinstance(inside, dict) and isinstance(value, dict) else value
    return merged


def _update(session: Session, event: dict[str, Any], id: str) -> Heard:
    given = {key: value for key, value in object_of(event.get("session")).items() if key not in ("model", "id")}
    session = replace(session, settings=_merged(session.shown, given))
    return Heard(session, ({"type": "session.updated", "session": session.shown},))


def _create(session: Session, event: dict[str, Any], id: str) -> Heard:
    given = object_of(event.get("item"))
    if not given:
        return _refused(session, event, "Missing required parameter: 'item'.", "missing_required_parameter", "item")
    named = string(given.get("id")) or f"item_{id[:20]}"
    item = {"object": "realtime.item", "type": "message", "status": "completed", **given, "id": named}
    added = say.item_added(item, session.last_item, session.beta)
    return Heard(session.with_item(item), tuple(added))


def _found(session: Session, event: dict[str, Any]) -> dict[str, Any] | None:
    return next((item for item in session.items if item["id"] == event.get("item_id")), None)


def _on_item(session: Session, event: dict[str, Any], id: str) -> Heard:
    verb = str(event["type"]).rpartition(".")[2]
    item = _found(session, event)
    if item is None:
        message = f"Error {verb[:-1]}ing item: the item with id '{event.get('item_id')}' does not exist."
        return _refused(session, event, message, f"item_{verb}_invalid_item_id")
    if verb == "retrieve":
        return Heard(session, ({"type": "conversation.item.retrieved", "item": item},))
    if verb == "delete":
        left = tuple(other for other in session.items if other is not item)
        return Heard(replace(session, items=left), ({"type": "conversation.item.deleted", "item_id": item["id"]},))
    place = {"content_index": event.get("content_index", 0), "audio_end_ms": event.get("audio_end_ms", 0)}
    return Heard(session, ({"type": "conversation.item.truncated", "item_id": item["id"], **place},))


def _audio(session: Session, event: dict[str, Any], id: str) -> Heard:
    verb = str(event["type"]).rpartition(".")[2]
    if verb == "append":
        return Heard(replace(session, heard=session.heard or bool(event.get("audio"))))
    if verb == "clear":
        return Heard(replace(session, heard=False), ({"type": "input_audio_buffer.cleared"},))
    if not session.heard:
        message = "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio."
        return _refused(session, event, message, "input_audio_buffer_commit_empty")
    content = [{"type": "input_audio", "transcript": None}]
    base = {"id": f"item_{id[:20]}", "object": "realtime.item", "type": "message", "status": "completed"}
    item = {**base, "role": "user", "content": content}
    place = {"previous_item_id": session.last_item, "item_id": item["id"]}
    added = say.item_added(item, session.last_item, session.beta)
    committed = {"type": "input_audio_buffer.committed", **place}
    return Heard(replace(session.with_item(item), heard=False), (committed, *added))


def hear(session: Session, event: dict[str, Any], id: str) -> Heard:
    """What one event of the client leads to; ``id`` is bare hex, unique to it. Never raises."""
    kind = event.get("type")
    match kind:
        case "session.update":
            return _update(session, event, id)
        case "conversation.item.create":
            return _create(session, event, id)
        case "conversation.item.delete" | "conversation.item.retrieve" | "conversation.item.truncate":
            return _on_item(session, event, id)
        case "input_audio_buffer.append" | "input_audio_buffer.commit" | "input_audio_buffer.clear":
            return _audio(session, event, id)
        case "response.create":
            return Heard(session, asks=object_of(event.get("response")))
        case "response.cancel":
            return Heard(session, cancels=True)
        case None:
            message = "Missing required parameter: 'type'."
            return _refused(session, event, message, "missing_required_parameter", "type")
        case _:
            listed = ", ".join(f"'{name}'" for name in KINDS)
            message = f"Invalid value: '{kind}'. Supported values are: {listed}."
            return _refused(session, event, message, "invalid_value", "type")


def speech_of(session: Session, asks: dict[str, Any]) -> Speech:
    """How the response that is asked for is to be given."""
    settings = {**session.shown, **asks}
    forms = settings.get("modalities" if session.beta else "output_modalities")
    limit = settings.get("max_output_tokens", settings.get("max_response_output_tokens", "inf"))
    remembered = asks.get("conversation") != "none"
    return Speech(
        beta=session.beta,
        audio=isinstance(forms, list) and "audio" in forms,
        conversation=f"conv_{session.id[:21]}" if remembered else None,
        limit=limit if isinstance(limit, int | str) else "inf",
        metadata=asks.get("metadata") if isinstance(asks.get("metadata"), dict) else None,
    )


def _words(item: dict[str, Any]) -> str:
    content = item.get("content")
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    texts = [part.get("text") or part.get("transcript") for part in parts] or [item.get("output")]
    return "\n".join(text for text in texts if isinstance(text, str))


def _turns(items: Any) -> tuple[Turn, ...]:
    given = [item for item in items if isinstance(item, dict)] if isinstance(items, list | tuple) else []
    return tuple(
        Turn(string(item.get("role")) or "tool", _words(item)) for item in given if item.get("type") != "function_call"
    )


def call_of(session: Session, call: Call, asks: dict[str, Any]) -> Call:
    """The response that is asked for as a call with a text and a history, as every other service has it."""
    settings = {**session.shown, **asks}
    items = asks.get("input") if isinstance(asks.get("input"), list) else list(session.items)
    instructions = string(settings.get("instructions"))
    spoken = _turns(items)
    turns = (Turn("system", instructions), *spoken) if instructions else spoken
    wanted = {key: settings[key] for key in ("tools", "tool_choice", "max_output_tokens") if key in settings}
    body = openai.dump({**wanted, "input": items})
    return replace(
        call, request=replace(call.request, body=body), model=session.model, text=last_said(spoken), turns=turns
    )
