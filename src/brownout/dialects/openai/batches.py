"""Batches: https://platform.openai.com/docs/api-reference/batch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from brownout.dialects.openai import common as openai
from brownout.dialects.openai.items import page
from brownout.dialects.paths import below
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Reply, Request

_DAY = 86_400
_EXPIRED = "This request could not be executed before the completion window expired."
_MOMENTS = ("in_progress", "finalizing", "completed", "failed", "expired", "cancelling", "cancelled")


def place(call: Call) -> tuple[str, ...]:
    """What a path names behind ``/batches``: the batch, and ``cancel``."""
    return below(call.request.path, "batches")


@dataclass(frozen=True)
class Outcome:
    """How far a batch is: its status, when it came to each of them, its files and its counts."""

    status: str = "validating"
    at: tuple[tuple[str, int], ...] = ()
    output: str | None = None
    errors: str | None = None
    total: int = 0
    completed: int = 0
    failed: int = 0
    problems: tuple[dict[str, Any], ...] = ()


def batch(id: str, created: int, body: dict[str, Any], outcome: Outcome) -> dict[str, Any]:
    """The object itself; ``body`` is what it was created with."""
    moments = dict(outcome.at)
    metadata = body.get("metadata")
    return {
        "id": id,
        "object": "batch",
        "endpoint": string(body.get("endpoint")) or "/v1/chat/completions",
        "model": None,
        "errors": {"object": "list", "data": list(outcome.problems)} if outcome.problems else None,
        "input_file_id": string(body.get("input_file_id")) or "",
        "completion_window": string(body.get("completion_window")) or "24h",
        "status": outcome.status,
        "output_file_id": outcome.output,
        "error_file_id": outcome.errors,
        "created_at": created,
        **{f"{name}_at": moments.get(name) for name in _MOMENTS},
        "expires_at": created + _DAY,
        "request_counts": {"total": outcome.total, "completed": outcome.completed, "failed": outcome.failed},
        "metadata": metadata if isinstance(metadata, dict) else None,
    }


def line(id: str, custom_id: str, status: int, request_id: str, body: Any) -> bytes:
    """One line of the file of results."""
    response = {"status_code": status, "request_id": request_id, "body": body}
    return openai.dump({"id": f"batch_req_{id}", "custom_id": custom_id, "response": response, "error": None}) + b"\n"


def expired(id: str, request: dict[str, Any]) -> bytes:
    """One line of the file of errors, of a request that was not done in time."""
    error = {"code": "batch_expired", "message": _EXPIRED}
    shown = {"id": f"batch_req_{id}", "custom_id": request["custom_id"], "response": None, "error": error}
    return openai.dump(shown) + b"\n"


class OpenAIBatches(openai.OpenAIDialect):
    """``openai.batches``: create, list, retrieve and cancel them."""

    service = "openai.batches"

    def read(self, request: Request) -> Call:
        """What the request asks for; nobody says anything here, so there is no text."""
        return replace(openai.read(self.service, request, ()), stream=False)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """What a platform without any other batch answers: the state is kept elsewhere (``brownout.standin``)."""
        id, *rest = place(call) or ("",)
        if not id and call.request.method == "GET":
            return openai.ok(call, answer, page([]))
        status = "cancelling" if rest == ["cancel"] else "validating"
        made = batch(id or f"batch_{answer.id}", answer.created, call.body, Outcome(status))
        return openai.ok(call, answer, made)
