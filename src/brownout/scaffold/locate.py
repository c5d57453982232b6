"""Where in an application's answer the words of the model are: found by what the stand-in said. Pure."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Literal

from brownout.calls.canary import SENTINEL
from brownout.load.lines import LineReader
from brownout.load.shown_reply import ShownReply
from brownout.load.sse import EventReader
from brownout.profile import Read

Reply = dict[str, Any]
"""``reply`` of a step, as a profile has it."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KINDS = ("type", "event", "kind", "object")
"""Keys by which events of one stream are told apart."""
_DEEPEST = 12
_MOST_EVENTS = 5_000
UI_MESSAGES: Reply = {
    "sse": "type == 'text-delta' && delta",
    "error": "type == 'error' && errorText",
    "incomplete": "type == 'abort' || contains(['length', 'content-filter', 'error', 'other'], finishReason || '')",
}
"""How UI messages of the AI SDK are read, with what they say of failures (https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol)."""


def locate(kind: str, body: bytes) -> Reply | None:
    """How to read this answer, whose content type is ``kind``, so that the whole of the model's words come out.

    None where its end, which the stand-in says last, is in no place that a profile could name.
    """
    for reply in _candidates(kind, body):
        shown = ShownReply(Read.model_validate(reply))
        with contextlib.suppress(ValueError):  # a place that is too long or too deep for any profile
            shown.feed(body)
            shown.close()
        if SENTINEL in shown.text and not shown.error:
            return reply
    return None


def _candidates(kind: str, body: bytes) -> Iterator[Reply]:
    text = body.decode("utf-8", "replace")
    if "event-stream" in kind or re.match(r"\s*(?:data|event|id|retry):", text):
        yield from [UI_MESSAGES] if '"text-delta"' in text else []
        yield from _of_stream("sse", [_read(data) for _, data in EventReader().feed(body)][:_MOST_EVENTS])
    document = _read(text)
    if isinstance(document, dict | list):
        yield from _of_document(document)
        return
    reader = LineReader()
    lines = [data for _, data in (*reader.feed(body), *reader.close())]
    values = [value for value in map(_read, lines[:_MOST_EVENTS]) if isinstance(value, dict | list)]
    yield from _of_stream("ndjson", values if 2 * len(values) > len(lines) else [])
    if "html" not in kind and "event-stream" not in kind:
        yield {"text": True}


def _read(data: str) -> Any:
    """JSON as what it says, all else as the text that it is."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return data


def _of_document(document: Any) -> Iterator[Reply]:
    """The places of texts that have the end in them; what holds the least besides comes first."""
    texts = [(path, text) for path, text in leaves(document) if SENTINEL in text]
    yield from ({"json": path} for path, _ in sorted(texts, key=lambda each: len(each[1])))


def _of_stream(kind: Literal["sse", "ndjson"], events: list[Any]) -> Iterator[Reply]:
    """Places whose pieces make up the words; those in many pieces before a text that comes once, at the end."""
    pieces: dict[str, list[str]] = {}
    for event in events:
        for path, text in leaves(event):
            for place in {path, _told_apart(event, path)}:
                pieces.setdefault(place, []).append(text)
    whole = {place: texts for place, texts in pieces.items() if SENTINEL in "".join(texts)}
    for place in sorted(whole, key=lambda place: (len(whole[place]) < 2, len("".join(whole[place])), len(place))):
        yield {kind: place, "cumulative": True} if _repeats(whole[place]) else {kind: place}


def _repeats(texts: list[str]) -> bool:
    """Whether each piece says again what came before it."""
    return len(texts) > 1 and all(after.startswith(before) for before, after in pairwise(texts))


def _told_apart(event: Any, path: str) -> str:
    """The same place, in events of this kind alone."""
    names = (name for name in _KINDS if isinstance(event, dict) and isinstance(event.get(name), str))
    name = next((name for name in names if name != path and re.fullmatch(r"[\w.:-]+", event[name])), None)
    return f"{name} == '{event[name]}' && {path}" if name else path


def leaves(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every text of a JSON document, with the JMESPath that leads there."""
    if isinstance(value, str):
        yield path or "@", value
    elif depth < _DEEPEST and isinstance(value, dict | list):
        for step, item in _steps(value):
            yield from leaves(item, f"{path}{step}" if step[0] == "[" or not path else f"{path}.{step}", depth + 1)


def _steps(value: dict[str, Any] | list[Any]) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(named(name), item) for name, item in value.items()]
    last = len(value) - 1
    return [("[-1]" if number == last > 0 else f"[{number}]", item) for number, item in enumerate(value)]


def named(name: str) -> str:
    """A key of a JSON object as a step of a JMESPath, in quotes where it needs them."""
    return name if _NAME.fullmatch(name) else json.dumps(name, ensure_ascii=not name.isprintable())
