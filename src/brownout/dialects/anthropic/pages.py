"""Pages of Anthropic's lists: https://docs.claude.com/en/api/overview. Pure; reading a query never raises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

_PAGE, _MAX_PAGE = 20, 1_000
_CURSOR = "page_"


def page(things: Sequence[dict[str, Any]], query: str = "") -> dict[str, Any]:
    """One page of a list, newest first, as ``limit``, ``after_id`` and ``before_id`` of the query ask.

    ``page`` of the query is the ``next_page`` of the page before, which newer clients follow where a list has it.
    """
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    newest_first = list(reversed(things))
    ids = [thing["id"] for thing in newest_first]
    size = _size(asked.get("limit", ""))
    after = asked.get("after_id") or asked.get("page", "").removeprefix(_CURSOR)
    if after in ids:
        newest_first = newest_first[ids.index(after) + 1 :]
    elif asked.get("before_id") in ids:
        before = newest_first[: ids.index(asked["before_id"])]
        return _shown(before[-size:], len(before) > size)
    return _shown(newest_first[:size], len(newest_first) > size)


def cursor(listed: dict[str, Any]) -> dict[str, Any]:
    """A page that also says where the next one begins."""
    return listed | {"next_page": f"{_CURSOR}{listed['last_id']}" if listed["has_more"] else None}


def _size(limit: str) -> int:
    return min(max(int(limit), 1), _MAX_PAGE) if limit.isascii() and limit.isdigit() and len(limit) < 9 else _PAGE


def _shown(shown: list[dict[str, Any]], more: bool) -> dict[str, Any]:
    ends = {"first_id": shown[0]["id"], "last_id": shown[-1]["id"]} if shown else {"first_id": None, "last_id": None}
    return {"data": shown, "has_more": more, **ends}
