"""Models: https://docs.claude.com/en/api/models-list."""

from __future__ import annotations

from typing import Any

from brownout.dialects.anthropic import common as anthropic
from brownout.dialects.listing import listed
from brownout.exchange import Answer, Call, Reply

PATH = "/v1/models"
# id → name for people; the day of release is in the id, or not known
MODELS = {
    "claude-sonnet-5": "Claude Sonnet 5",
    "claude-opus-5": "Claude Opus 5",
    "claude-opus-4-8": "Claude Opus 4.8",
    "claude-sonnet-4-6": "Claude Sonnet 4.6",
    "claude-opus-4-5-20251101": "Claude Opus 4.5",
    "claude-haiku-4-5-20251001": "Claude Haiku 4.5",
}
_UNKNOWN_DAY = "1970-01-01"  # what the platform sends where it does not say


def model_id(call: Call) -> str | None:
    """The model that a path names."""
    return call.request.path.removeprefix(PATH).strip("/") or None


def _model(id: str) -> dict[str, Any]:
    day = id.rpartition("-")[2]
    dated = len(day) == 8 and day.isascii() and day.isdigit()
    created = f"{day[:4]}-{day[4:6]}-{day[6:]}" if dated else _UNKNOWN_DAY
    name = MODELS.get(id, id)
    return {
        "type": "model",
        "id": id,
        "display_name": name,
        "created_at": f"{created}T00:00:00Z",
        "lifecycle": "active",
    }


class AnthropicModels(anthropic.AnthropicDialect):
    """``anthropic.models``: the list, newest first, and each by its id."""

    service = "anthropic.models"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """All models, or the one that the path names; an answer without words is an empty list."""
        id = model_id(call)
        if id is not None:
            return anthropic.ok(call, answer, _model(id))
        known = listed(answer, MODELS, _model)
        ends = (
            {"first_id": known[0]["id"], "last_id": known[-1]["id"]}
            if known
            else dict.fromkeys(("first_id", "last_id"))
        )
        return anthropic.ok(call, answer, {"data": known, "has_more": False, **ends})
