"""Fine-tuning jobs: https://platform.openai.com/docs/api-reference/fine-tuning."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from brownout.dialects.openai import common as openai
from brownout.dialects.openai.items import page
from brownout.dialects.paths import below
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Reply, Request

_ENDED = ("succeeded", "failed", "cancelled")


def place(call: Call) -> tuple[str, ...]:
    """What a path names behind ``/jobs``: the job, and ``cancel``, ``events`` or ``checkpoints``."""
    return below(call.request.path, "jobs")


@dataclass(frozen=True)
class Outcome:
    """How far a job is: its status, when it came to it (Unix seconds), and the error it failed with."""

    status: str = "validating_files"
    at: int | None = None
    error: dict[str, Any] | None = None


def job(call: Call, id: str, created: int, outcome: Outcome) -> dict[str, Any]:
    """The object itself; what it was ordered with is in the call's body."""
    body, done = call.body, outcome.status == "succeeded"
    model, suffix = string(body.get("model")) or "gpt-4o-mini-2024-07-18", string(body.get("suffix")) or ""
    metadata = body.get("metadata")
    return {
        "object": "fine_tuning.job",
        "id": id,
        "model": model,
        "created_at": created,
        "finished_at": outcome.at if outcome.status in _ENDED else None,
        "fine_tuned_model": f"ft:{model}:brownout:{suffix}:{openai.digest(id, size=4)}" if done else None,
        "organization_id": openai.organization(call),
        "result_files": [],
        "status": outcome.status,
        "validation_file": string(body.get("validation_file")),
        "training_file": string(body.get("training_file")) or "",
        "hyperparameters": {"n_epochs": 3, "batch_size": 1, "learning_rate_multiplier": 1.8},
        "trained_tokens": 4096 if done else None,
        "error": outcome.error,
        "user_provided_suffix": suffix or None,
        "seed": 1,
        "estimated_finish": None,
        "integrations": [],
        "metadata": metadata if isinstance(metadata, dict) else None,
        "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": "auto"}}},
    }


def event(id: str, created: int, message: str, level: str = "info") -> dict[str, Any]:
    """One line of a job's log."""
    made = {"object": "fine_tuning.job.event", "id": f"ftevent-{openai.digest(id, message, size=12)}"}
    return {**made, "created_at": created, "level": level, "message": message, "data": {}, "type": "message"}


class OpenAIFineTuning(openai.OpenAIDialect):
    """``openai.fine_tuning``: create, list, retrieve and cancel jobs, and read their events."""

    service = "openai.fine_tuning"

    def read(self, request: Request) -> Call:
        """What the request asks for; nobody says anything here, so there is no text."""
        return replace(openai.read(self.service, request, ()), stream=False)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """What a platform without any other job answers: the state is kept elsewhere (``brownout.standin``)."""
        id, *rest = place(call) or ("",)
        if (not id and call.request.method == "GET") or rest in (["events"], ["checkpoints"]):
            return openai.ok(call, answer, page([]))
        status = "cancelled" if rest == ["cancel"] else "validating_files"
        named = id or f"ftjob-{answer.id[:24]}"
        return openai.ok(call, answer, job(call, named, answer.created, Outcome(status, answer.created)))
