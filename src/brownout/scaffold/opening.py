"""The POST before a question, whose answer holds what the question's path needs: a session, a conversation. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from brownout.load.expressions import KNOWN
from brownout.load.templates import compiled
from brownout.scaffold.locate import named
from brownout.scaffold.request import Opening

_FILLED = re.compile(
    r"(?P<before>/[A-Za-z0-9_./~-]*)/"
    r"(?:\{\{\s*(?P<a>\w+)\s*\}\}|\{(?P<b>\w+)(?::\w+)?\}|<(?:\w+:)?(?P<c>\w+)>|:(?P<d>\w+)|\[(?P<e>\w+)\])"
    r"(?P<after>(?:/[A-Za-z0-9_./~-]*)?)"
)
"""A path with one name in it, as templates, FastAPI or Spring, Flask, Express, and Next write it."""
_OWN = frozenset((*KNOWN, "message", "phone"))
"""Names that mean something else in a template."""
_VALUE = re.compile(r"[A-Za-z0-9._~:@-]{1,200}")
"""What may stand in a path as it is."""
_DEEPEST = 4
_UNLIKE = 4


def opened(path: str) -> tuple[str, Opening] | None:
    """The path as a template, and what has to be posted before; None where not just one name is to be filled in."""
    match = _FILLED.fullmatch(path)
    if match is None:
        return None
    name = next(match[group] for group in "abcde" if match[group])
    if name in _OWN or not _is_a_name(name):
        return None
    return f"{match['before']}/{{{{ {name} }}}}{match['after']}", Opening(match["before"], name)


def id_in(body: bytes, name: str) -> tuple[str, str] | None:
    """Where in a JSON answer the value for this name is, as JMESPath, and the value; None where none sounds like it."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    places = list(_scalars(document))
    best = min(places, key=lambda each: _rank(each[0], name), default=None)
    if best is None or (_rank(best[0], name) == _UNLIKE and len(places) > 1):
        return None
    _, path, value = best
    return path, value


def _rank(key: str, name: str) -> int:
    """How late a field comes among those that may hold the value for a name."""
    key, name = _bare(key), _bare(name)
    ways = (key == name, key == "id", key.endswith("id"), key.endswith(("token", "key", "uuid")))
    return ways.index(True) if any(ways) else _UNLIKE


def _bare(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _scalars(value: Any, key: str = "", path: str = "", depth: int = 0) -> Iterator[tuple[str, str, str]]:
    """Each text or number that may stand in a path: its key, the JMESPath to it, and itself; the outer ones first."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        if _VALUE.fullmatch(str(value)):
            yield key, path or "@", str(value)
    elif isinstance(value, dict) and depth < _DEEPEST:
        for each, inner in sorted(value.items(), key=lambda item: isinstance(item[1], dict)):
            yield from _scalars(inner, each, f"{path}.{named(each)}" if path else named(each), depth + 1)


def _is_a_name(name: str) -> bool:
    try:
        return compiled(f"{{{{ {name} }}}}").names == {name}
    except ValueError:
        return False
