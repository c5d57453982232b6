"""Whether a success holds nothing at all: no word for its user, and no mark by which a client could know why. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from brownout.leaks import without
from brownout.load.shown_reply import ShownReply

# Whatever an application may call a failure in a word of its own: where one stands, a client may well know.
_MARK = re.compile(
    r"(?i)err|fail|refus|filter|unavail|abort|cancel|incomplete|time.?d?.?out|busy|overload|length|limit|retry|warn|deni"
    r"|block|reject|stopped|interrupt|problem|exception|fallback|degrad|offline|pending|queued|later|code"
)
_WORDS = re.compile(r"\w\W*\s\W*\w")
_YES = ("ok", "success", "successful", "succeeded", "completed", "done")
_DONE = "[DONE]"
_NO_DATA = re.compile(r"(?:id|retry)?:.*|event: ?(?P<event>.*)")


def holds_nothing(reply: ShownReply, hide: Iterable[str] = ()) -> bool:
    """Whether nothing in an empty answer speaks; ``hide`` holds the user's own words, which may come back."""
    if reply.document is not None:
        return not any(_speaks(name, value, hide) for name, value in _leaves("", reply.document))
    lines = bytes(reply.body).decode("utf-8", "replace").splitlines()
    return not any(_line_speaks(line.strip(), hide) for line in lines)


def _line_speaks(line: str, hide: Iterable[str]) -> bool:
    """Whether a line of a stream speaks, of whatever kind it is; one that cannot be read does."""
    if plain := _NO_DATA.fullmatch(line):
        return _MARK.search(plain["event"] or "") is not None
    data = line.removeprefix("data:").strip()
    if data in ("", _DONE):
        return False
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return True
    return any(_speaks(name, item, hide) for name, item in _leaves("", value))


def _speaks(name: str, value: Any, hide: Iterable[str]) -> bool:
    if isinstance(value, str):
        text = without(value, hide).strip()
        return bool(_WORDS.search(text) or _MARK.search(text) or (text and _MARK.search(name)))
    if value is False:
        return name.lower() in _YES
    return bool(value) and _MARK.search(name) is not None


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What is neither object nor list, with the name under which it stands."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(str(key), item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(name, item)
    else:
        yield name, value
