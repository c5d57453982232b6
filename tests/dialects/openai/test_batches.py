"""Batches as the SDK's own types read them."""

from __future__ import annotations

import json

from openai.types import Batch

from brownout.dialects.openai.batches import OpenAIBatches, Outcome, batch, line
from brownout.exchange import Answer, Failure, FailureKind, Request

BATCHES = OpenAIBatches()
ANSWER = Answer("ab" * 16, 1_763_770_000, ("yes",), 8)
BODY = {"input_file_id": "file-1", "endpoint": "/v1/embeddings", "completion_window": "24h"}


def test_a_new_batch_is_being_validated() -> None:
    call = BATCHES.read(Request("POST", "api.openai.com", "/v1/batches", body=json.dumps(BODY).encode()))
    made = Batch.model_validate_json(BATCHES.answer(call, ANSWER).body, strict=True)
    assert (made.status, made.endpoint, made.input_file_id) == ("validating", "/v1/embeddings", "file-1")
    assert made.expires_at == made.created_at + 86_400


def test_a_batch_says_when_it_came_to_each_status() -> None:
    outcome = Outcome("completed", (("in_progress", 5), ("completed", 7)), "file-2", None, 3, 3)
    read = Batch.model_validate_json(json.dumps(batch("batch_1", 1, BODY, outcome)), strict=True)
    assert (read.in_progress_at, read.completed_at, read.failed_at) == (5, 7, None)
    assert read.request_counts is not None
    assert (read.request_counts.completed, read.output_file_id) == (3, "file-2")


def test_a_failed_batch_lists_its_problems() -> None:
    problem = {"code": "invalid_json_line", "message": "No.", "line": 2, "param": None}
    failed = batch("batch_1", 1, BODY, Outcome("failed", problems=(problem,)))
    read = Batch.model_validate_json(json.dumps(failed), strict=True)
    assert read.errors is not None
    assert [error.line for error in read.errors.data or []] == [2]


def test_a_result_is_one_line() -> None:
    raw = line("ab", "mine", 200, "req_1", {"text": "a\nb"})
    assert raw.count(b"\n") == 1
    assert json.loads(raw)["response"] == {"status_code": 200, "request_id": "req_1", "body": {"text": "a\nb"}}


def test_a_batch_that_is_not_there_is_named() -> None:
    call = BATCHES.read(Request("GET", "api.openai.com", "/v1/batches/batch_x"))
    error = json.loads(BATCHES.failure(call, Failure(FailureKind.NOT_FOUND)).body)["error"]
    assert error["message"] == "No batch found with id 'batch_x'."
