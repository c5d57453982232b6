"""Documents by how well they fit a query."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from brownout.dialects.cohere.rerank import CohereRerank
from brownout.exchange import Answer, Call, Request

DIALECT = CohereRerank()
ANSWER = Answer("ab" * 16, 0, ("done",), 4)


def call(**body: Any) -> Call:
    return DIALECT.read(Request("POST", "host", "/v2/rerank", body=json.dumps(body).encode()))


def results(asked: Call, answer: Answer = ANSWER) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DIALECT.answer(asked, answer).body)["results"]
    return found


def test_what_shares_words_comes_first() -> None:
    documents = ["a cat", "Berlin is a city", {"text": "nothing"}]

    assert results(call(query="city of Berlin", documents=documents))[0]["index"] == 1
    assert len(results(call(query="city of Berlin", documents=documents, top_n=2))) == 2


@given(st.text(), st.lists(st.text(), max_size=20))
def test_every_document_is_ranked_once_best_first(query: str, documents: list[str]) -> None:
    found = results(call(query=query, documents=documents))
    scores = [one["relevance_score"] for one in found]

    assert sorted(one["index"] for one in found) == list(range(len(documents)))
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_an_answer_without_words_ranks_nothing() -> None:
    assert results(call(query="a", documents=["b"]), Answer("ab" * 16, 0, (), 4)) == []
