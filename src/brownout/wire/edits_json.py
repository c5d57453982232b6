"""Changes to what the JSON of a forwarded answer says: no usage, or a job that is still waiting. Pure values."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from brownout.wire.edits import OfBodies, rewritten
from brownout.wire.payloads import payload, replaced

Missing = Literal["absent", "null"]
# OpenAI, Anthropic, Mistral, Cohere, Bedrock and those that speak alike; Gemini; Ollama.
_USAGE = frozenset({"usage", "usageMetadata", "usage_metadata", "prompt_eval_count", "eval_count"})


@dataclass(frozen=True, slots=True)
class WithoutUsage(OfBodies):
    """Token counts are missing: their keys are not there, or null."""

    missing: Missing = "absent"

    def feed(self, index: int, event: bytes) -> tuple[bytes, ...]:
        """The event without usage; OpenAI's chunk that holds nothing else is not sent at all."""
        start, end = payload(event)
        if self.missing == "absent" and _only_usage(event[start:end]):
            return ()
        before = event[start:end]
        after = self.body(before)
        return (event if after == before else replaced(event, after),)

    def body(self, data: bytes) -> bytes:
        return rewritten(data, self._without) if any(key.encode() in data for key in _USAGE) else data

    def _without(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        remaining = {key: self._without(item) for key, item in value.items() if key not in _USAGE}
        if self.missing == "absent":
            return remaining
        return {key: None if key in _USAGE else remaining[key] for key in value}


def _only_usage(text: bytes) -> bool:
    """Whether this is the chunk that ``stream_options.include_usage`` asks for."""
    if b'"usage"' not in text:
        return False
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("choices") == [] and bool(value.get("usage"))


# What a job says while it waits, by its ``object`` (OpenAI and alike) or ``type`` (Anthropic), and what it cannot have
# yet: https://platform.openai.com/docs/api-reference and https://docs.claude.com/en/api/creating-message-batches
_RESULTS: dict[str, Any] = {"completed_at": None, "output_file_id": None, "error_file_id": None, "failed_at": None}
_ENDED: dict[str, Any] = {"completed_at": None, "failed_at": None, "cancelled_at": None, "usage": None}
_WAITING: dict[str, dict[str, Any]] = {
    "batch": {"status": "in_progress", **_RESULTS, "finalizing_at": None},
    "file": {"status": "uploaded"},
    "fine_tuning.job": {"status": "queued", "finished_at": None, "fine_tuned_model": None},
    "message_batch": {"processing_status": "in_progress", "ended_at": None, "results_url": None},
    "response": {"status": "queued", "output": [], "usage": None, "error": None, "completed_at": None},
    "thread.run": {"status": "queued", "started_at": None, **_ENDED},
    "vector_store": {"status": "in_progress"},
    "vector_store.file": {"status": "in_progress"},
    "vector_store.file_batch": {"status": "in_progress"},
    "video": {"status": "queued", "completed_at": None, "progress": 0},
}
_DONE_COUNTS = frozenset({"completed", "succeeded", "failed", "errored", "canceled", "cancelled", "expired"})


@dataclass(frozen=True, slots=True)
class StillQueued(OfBodies):
    """Jobs that the platform accepted are still waiting, whatever the platform says of them. Plain bodies only.

    ``selects`` says of each job of a list, by its id, whether it is one of them; None: all.
    """

    selects: Callable[[str], bool] | None = None

    def body(self, data: bytes) -> bytes:
        """A JSON text with its job, or every job of its list, waiting."""
        return rewritten(data, self._value)

    def _value(self, value: Any) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get("data"), list):
            return _waiting(value)
        return value | {"data": [_waiting(item) if self._meant(item) else item for item in value["data"]]}

    def _meant(self, item: Any) -> bool:
        id = item.get("id") if isinstance(item, dict) else None
        return self.selects is None or (isinstance(id, str) and self.selects(id))


def _waiting(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kind = value.get("object") or value.get("type")
    while_waiting = _WAITING.get(kind) if isinstance(kind, str) else None
    if while_waiting is None or (kind == "response" and not value.get("background")):
        return value
    waiting = {key: while_waiting.get(key, item) for key, item in value.items()}
    for name in ("request_counts", "file_counts"):
        if isinstance(counts := value.get(name), dict):
            waiting[name] = _nothing_done(counts)
    return waiting


def _nothing_done(counts: dict[str, Any]) -> dict[str, Any]:
    """Counts with all that was done moved to what is being done, where the platform counts that."""
    moved = sum(n for key, n in counts.items() if key in _DONE_COUNTS and isinstance(n, int))
    return {
        key: 0 if key in _DONE_COUNTS else (n + moved if key in ("processing", "in_progress") else n)
        for key, n in counts.items()
    }
