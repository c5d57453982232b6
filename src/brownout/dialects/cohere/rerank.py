"""Reranking: https://docs.cohere.com/reference/rerank."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from brownout.dialects.base import Pace
from brownout.dialects.cohere import common as cohere
from brownout.dialects.headers import hexadecimal, uuid
from brownout.dialects.reading import string, text_of
from brownout.exchange import Answer, Call, Reply, Request

_MAX_DOCUMENTS = 1000
_WORD = re.compile(r"\w+")


def _documents(body: dict[str, Any]) -> list[str]:
    given = body.get("documents")
    listed = given[:_MAX_DOCUMENTS] if isinstance(given, list) else []
    return [string(item) or text_of([item]) for item in listed]


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _relevance(query: str, document: str) -> float:
    """Between 0 and 1: how many of the query's words are in the document, and a little noise to tell equals apart."""
    asked = _words(query)
    shared = len(asked & _words(document)) / len(asked) if asked else 0.0
    noise = int(hexadecimal("relevance", f"{query}|{document}", 6), 16) / 0x1000000
    return round(0.9 * shared + 0.1 * noise, 7)


class CohereRerank(cohere.CohereDialect):
    """``cohere.rerank``: the documents by how well they fit a query, the best first."""

    service = "cohere.rerank"
    pace: Pace = "once"

    def read(self, request: Request) -> Call:
        """What the request asks for; ``text`` is the query."""
        return replace(cohere.read(self.service, request), text=string(request.json.get("query")) or "")

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The best documents by their positions; an answer without words has none."""
        documents = _documents(call.body) if answer.pieces else []
        scored = [(_relevance(call.text, document), index) for index, document in enumerate(documents)]
        most = call.body.get("top_n")
        count = most if isinstance(most, int) and not isinstance(most, bool) and most > 0 else len(scored)
        best = sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:count]
        body = {
            "id": uuid("cohere", answer.id),
            "results": [{"index": index, "relevance_score": score} for score, index in best],
            "meta": cohere.meta(search_units=1),
        }
        return cohere.ok(answer, body)
