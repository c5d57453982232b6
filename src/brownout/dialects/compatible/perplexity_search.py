"""Search: https://docs.perplexity.ai/api-reference/search-post."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from brownout.dialects.base import Pace
from brownout.dialects.headers import hexadecimal, uuid
from brownout.dialects.openai import common as openai
from brownout.dialects.openai.common import OpenAIDialect
from brownout.exchange import Answer, Call, Reply, Request

_FOUND = 3
_DATE = "2026-01-15"


def results(query: str) -> list[dict[str, Any]]:
    """The same few pages for the same query."""
    names = (hexadecimal("page", f"{number}|{query}", 8) for number in range(_FOUND))
    return [
        {"title": f"Page {name}", "url": f"https://example.com/{name}", "date": _DATE, "last_updated": _DATE}
        for name in names
    ]


class PerplexitySearch(OpenAIDialect):
    """``perplexity.search``: pages for a query, or for each of several."""

    service = "perplexity.search"
    pace: Pace = "once"

    def read(self, request: Request) -> Call:
        """What the request asks for; ``text`` is the query, or the queries, a line each."""
        query = request.json.get("query")
        texts = query if isinstance(query, list) else [query]
        return replace(super().read(request), text="\n".join(text for text in texts if isinstance(text, str)))

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The pages; an answer without words has none."""
        pages = [{**page, "snippet": answer.text} for page in results(call.text)] if answer.pieces else []
        return openai.ok(call, answer, {"results": pages, "id": uuid("search", answer.id)})
