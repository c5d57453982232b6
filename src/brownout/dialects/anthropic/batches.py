"""Message batches: https://docs.claude.com/en/api/creating-message-batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brownout.dialects.anthropic import common as anthropic
from brownout.dialects.anthropic.pages import page
from brownout.dialects.encoding import dump
from brownout.dialects.headers import base58, rfc3339
from brownout.dialects.paths import below
from brownout.exchange import Answer, Call, Reply

LINES = "application/x-jsonl"
_DAY = 86_400


def place(call: Call) -> tuple[str, ...]:
    """What a path names behind ``/batches``: the batch, and ``cancel`` or ``results``."""
    return below(call.request.path, "batches")


def batch_id(id: str) -> str:
    """A batch's id: ``msgbatch_01`` and 22 base-58 digits."""
    return f"msgbatch_01{base58('batch', id, 22)}"


@dataclass(frozen=True)
class Outcome:
    """How far a batch is: its status, its counts, when it was cancelled or ended, and where its results are."""

    status: str = "in_progress"
    processing: int = 0
    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0
    ended: int | None = None
    cancelled: int | None = None
    results_url: str | None = None


def batch(id: str, created: int, outcome: Outcome) -> dict[str, Any]:
    """A batch as the API shows it."""
    return {
        "id": id,
        "type": "message_batch",
        "processing_status": outcome.status,
        "request_counts": {
            "processing": outcome.processing,
            "succeeded": outcome.succeeded,
            "errored": outcome.errored,
            "canceled": outcome.canceled,
            "expired": outcome.expired,
        },
        "ended_at": _time(outcome.ended),
        "created_at": rfc3339(created),
        "expires_at": rfc3339(created + _DAY),
        "archived_at": None,
        "cancel_initiated_at": _time(outcome.cancelled),
        "results_url": outcome.results_url,
    }


def _time(when: int | None) -> str | None:
    return None if when is None else rfc3339(when)


def deleted(id: str) -> dict[str, Any]:
    """What a DELETE of a batch answers."""
    return {"id": id, "type": "message_batch_deleted"}


def line(custom_id: str, result: dict[str, Any]) -> bytes:
    """One line of a batch's results, with its line end."""
    return dump({"custom_id": custom_id, "result": result}) + b"\n"


def requests(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The requests that a new batch is made of; what is no object is left out."""
    given = body.get("requests")
    return [request for request in given if isinstance(request, dict)] if isinstance(given, list) else []


class AnthropicBatches(anthropic.AnthropicDialect):
    """``anthropic.batches``: create, list, retrieve, cancel and delete them, and read their results."""

    service = "anthropic.batches"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """What a platform without any other batch answers: the state is kept elsewhere (``brownout.standin``)."""
        id, *rest = place(call) or ("",)
        if not id and call.request.method == "GET":
            return anthropic.ok(call, answer, page([]))
        if rest == ["results"]:
            return Reply(200, anthropic.headers(call, answer.id, LINES))
        if call.request.method == "DELETE":
            return anthropic.ok(call, answer, deleted(id))
        status = "canceling" if rest == ["cancel"] else "in_progress"
        outcome = Outcome(status, processing=len(requests(call.body)))
        return anthropic.ok(call, answer, batch(id or batch_id(answer.id), answer.created, outcome))
