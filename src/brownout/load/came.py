"""What an answer has in the place of what the profile looks for: the paths to its values, and no value. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from brownout.load.lines import LineReader
from brownout.load.shown_reply import ShownReply
from brownout.load.sse import EventReader

MOST = 12
_DEEPEST = 5
_LONGEST = 60
_EVENTS = 50
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def came_instead(reply: ShownReply) -> list[str]:
    """Paths in the JSON that came, or in a stream's events, as JMESPath; else what kind of body it was."""
    if reply.document is not None:
        return _paths([reply.document])
    raw = bytes(reply.body[:200_000])
    if (read := reply.read) is not None and not read.json_ and not read.text:
        paths = _paths(_events(EventReader() if read.sse is not None else LineReader(), raw))
        if paths:
            return paths
    text = raw.decode("utf-8", "replace").lstrip()
    if not text:
        return []
    return ["(a web page)" if text[:1] == "<" else "(text that is no JSON)"]


def paths_of(document: Any) -> list[str]:
    """Paths to the values of one JSON document, as JMESPath."""
    return _paths([document])


def _events(reader: EventReader | LineReader, raw: bytes) -> Iterator[Any]:
    """The documents of a stream. Messages that came by themselves are lines here."""
    for number, (_, data) in enumerate(reader.feed(raw)):
        if number >= _EVENTS:
            return
        try:
            yield json.loads(data)
        except (ValueError, RecursionError):
            continue


def _paths(documents: list[Any] | Iterator[Any]) -> list[str]:
    paths: dict[str, None] = {}
    for document in documents:
        for path in _leaves(document, "", 0):
            paths[path] = None
            if len(paths) >= MOST:
                return list(paths)
    return list(paths)


def _leaves(value: Any, path: str, depth: int) -> Iterator[str]:
    """Paths to what is neither object nor list; the first item stands for a list."""
    if isinstance(value, dict) and depth < _DEEPEST:
        for name, item in value.items():
            step = name if _PLAIN_NAME.fullmatch(name) else json.dumps(name[:_LONGEST], ensure_ascii=False)
            yield from _leaves(item, f"{path}.{step}" if path else step, depth + 1)
    elif isinstance(value, list) and value and depth < _DEEPEST:
        yield from _leaves(value[0], f"{path}[0]", depth + 1)
    elif path:
        yield path[:_LONGEST]
