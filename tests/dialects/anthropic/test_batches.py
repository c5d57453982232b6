"""Message batches as the SDK's own types read them."""

from __future__ import annotations

import json

from anthropic.types.messages import DeletedMessageBatch, MessageBatch, MessageBatchIndividualResponse

from brownout.dialects.anthropic.batches import AnthropicBatches, Outcome, batch, line
from brownout.exchange import Answer, Reply, Request

BATCHES = AnthropicBatches()
ANSWER = Answer("ab" * 16, 1_763_770_000, ("Hello",), 8)
BASE = "/v1/messages/batches"


def ask(method: str, path: str, body: bytes = b"") -> Reply:
    return BATCHES.answer(BATCHES.read(Request(method, "api.anthropic.com", path, body=body)), ANSWER)


def test_a_new_batch_is_in_progress() -> None:
    made = MessageBatch.model_validate_json(ask("POST", BASE, b'{"requests": [{}, {}, 3]}').body)
    assert (made.processing_status, made.request_counts.processing, made.results_url) == ("in_progress", 2, None)
    assert made.id.startswith("msgbatch_01")
    assert (made.expires_at - made.created_at).total_seconds() == 86_400


def test_each_path_has_its_own_answer() -> None:
    assert json.loads(ask("GET", BASE).body)["data"] == []
    assert MessageBatch.model_validate_json(ask("GET", f"{BASE}/msgbatch_1").body).id == "msgbatch_1"
    cancelled = MessageBatch.model_validate_json(ask("POST", f"{BASE}/msgbatch_1/cancel").body)
    assert cancelled.processing_status == "canceling"
    assert DeletedMessageBatch.model_validate_json(ask("DELETE", f"{BASE}/msgbatch_1").body).id == "msgbatch_1"
    results = ask("GET", f"{BASE}/msgbatch_1/results")
    assert (dict(results.headers)["content-type"], results.body) == ("application/x-jsonl", b"")


def test_a_batch_that_is_over_has_counts_and_results() -> None:
    outcome = Outcome("ended", succeeded=2, errored=1, ended=1_763_770_009, results_url="https://x.example/results")
    read = MessageBatch.model_validate_json(json.dumps(batch("msgbatch_1", 1_763_770_000, outcome)))
    assert read.ended_at is not None
    assert (read.request_counts.succeeded, read.request_counts.errored) == (2, 1)
    assert read.results_url == "https://x.example/results"


def test_a_result_is_one_line() -> None:
    raw = line("mine", {"type": "expired"})
    assert raw.endswith(b"\n")
    assert MessageBatchIndividualResponse.model_validate_json(raw).custom_id == "mine"
