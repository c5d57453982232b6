"""What the faults of kept history share: which calls read one, a whole list or one thing, and in which order."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from brownout.exchange import Call

_LIST = re.compile(
    r"/(?:conversations/[^/]+/(?:items|activities)|responses/[^/]+/input_items|threads/[^/]+/messages"
    r"|chat/completions(?:/[^/]+/messages)?)/?$"
)
_SINGLE = re.compile(
    r"/(?:conversations/[^/]+/items|responses|threads/[^/]+/messages|chat/completions)/(?P<id>[^/]+)/?$"
)
_OLDEST_FIRST = re.compile(r"/(?:chat/completions|activities)\b")


def lists(call: Call) -> bool:
    """Whether a call reads a list of what was said: of a conversation, a thread, a response or a stored completion."""
    return _reads(call) and _LIST.search(call.request.path) is not None


def single(call: Call) -> str | None:
    """The id of the one thing that a call reads: an item, a message, a stored response or completion."""
    match = _SINGLE.search(call.request.path) if _reads(call) and not lists(call) else None
    return match["id"] if match else None


def keeps_answer(call: Call) -> bool:
    """Whether the platform keeps the answer, so that a later call can go on from it by its id."""
    body = call.body
    if call.part in ("assistants", "conversations") or call.provider == "copilot":
        return True
    return body.get("store") is True or (call.part == "responses" and body.get("store") is not False)


def _reads(call: Call) -> bool:
    return call.request.method == "GET" and not call.upgrade and not call.stream


def newest_first(call: Call) -> bool:
    """In which order a list is asked for; without a word, as each list is by default.

    https://platform.openai.com/docs/api-reference/conversations/list-items (descending) and
    https://platform.openai.com/docs/api-reference/chat/list (ascending).
    """
    order = parse_qs(call.request.query).get("order", [""])[0]
    return order == "desc" or (order != "asc" and _OLDEST_FIRST.search(call.request.path) is None)


def opening(call: Call) -> bool:
    """Whether the first page of a list is asked for."""
    asked = parse_qs(call.request.query)
    return not any(name in asked for name in ("after", "before", "watermark"))
