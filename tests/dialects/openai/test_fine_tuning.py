"""Fine-tuning jobs in OpenAI's grammar, held against the SDK's own types."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai.types.fine_tuning import FineTuningJob, FineTuningJobEvent

from brownout.dialects import DIALECTS
from brownout.dialects.openai.fine_tuning import Outcome, event, job
from brownout.exchange import Answer, Call, Request

DIALECT = DIALECTS["openai.fine_tuning"]
ANSWER = Answer("ab" * 16, 1_763_000_000, (), 0)
ORDER = {"model": "gpt-4o", "training_file": "file-1", "suffix": "mine", "metadata": {"a": "b"}}


def ask(method: str = "POST", path: str = "", body: dict[str, Any] | None = None) -> Call:
    where = f"/v1/fine_tuning/jobs{path}"
    return DIALECT.read(Request(method, "api.openai.com", where, body=json.dumps(body or {}).encode()))


@pytest.mark.parametrize("status", ["validating_files", "queued", "running", "succeeded", "failed", "cancelled"])
def test_a_job_is_what_the_sdk_expects(status: str) -> None:
    error = {"code": "server_error", "message": "No.", "param": None} if status == "failed" else None
    shown = job(ask(body=ORDER), "ftjob-1", 5, Outcome(status, 9, error))

    made = FineTuningJob.model_validate(shown, strict=True)

    assert (made.status, made.training_file, made.metadata) == (status, "file-1", {"a": "b"})
    assert (made.finished_at is not None) is (status in ("succeeded", "failed", "cancelled"))
    assert (made.fine_tuned_model is not None) is (status == "succeeded")


def test_an_event_is_what_the_sdk_expects() -> None:
    assert FineTuningJobEvent.model_validate(event("ftjob-1", 5, "Started"), strict=True).message == "Started"


@pytest.mark.parametrize(
    ("method", "path", "shows"),
    [
        ("POST", "", {"status": "validating_files"}),
        ("GET", "", {"object": "list", "data": []}),
        ("GET", "/ftjob-1", {"id": "ftjob-1"}),
        ("GET", "/ftjob-1/events", {"data": []}),
        ("POST", "/ftjob-1/cancel", {"id": "ftjob-1", "status": "cancelled"}),
    ],
)
def test_a_platform_without_jobs_answers_in_form(method: str, path: str, shows: dict[str, Any]) -> None:
    body = json.loads(DIALECT.answer(ask(method, path), ANSWER).body)

    assert {name: body[name] for name in shows} == shows
