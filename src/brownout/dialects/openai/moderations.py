"""Moderations: https://platform.openai.com/docs/api-reference/moderations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from brownout.dialects.base import Pace
from brownout.dialects.openai import common as openai
from brownout.dialects.reading import text_of
from brownout.exchange import Answer, Call, Reply, Request

DEFAULT_MODEL = "omni-moderation-latest"
CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "sexual",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm/intent",
    "self-harm/instructions",
    "self-harm",
    "sexual/minors",
    "violence",
    "violence/graphic",
)
_MAX_INPUTS = 1_000
_BLAMED = "violence"


def _inputs(given: Any) -> list[str]:
    """One text a verdict: a text, each of a list of texts, or all parts of one message together."""
    if isinstance(given, list) and all(isinstance(text, str) for text in given):
        return given[:_MAX_INPUTS]
    return [text_of(given)]


def _verdict(flagged: bool) -> dict[str, Any]:
    blamed = {_BLAMED} if flagged else set()
    return {
        "flagged": flagged,
        "categories": {name: name in blamed for name in CATEGORIES},
        "category_scores": {name: 0.94 if name in blamed else 0.0001 for name in CATEGORIES},
        "category_applied_input_types": {name: ["text"] for name in CATEGORIES},
    }


class OpenAIModerations(openai.OpenAIDialect):
    """``openai.moderations``: a verdict for each text; nothing is flagged unless the answer ends as filtered."""

    service = "openai.moderations"
    pace: Pace = "once"

    def read(self, request: Request) -> Call:
        """What the request asks for; ``text`` holds all inputs."""
        call = openai.read(self.service, request, ())
        return replace(call, text="\n".join(_inputs(request.json.get("input"))), stream=False)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The verdicts; an answer without words has none."""
        texts = _inputs(call.body.get("input")) if answer.pieces else []
        value = {
            "id": f"modr-{answer.id}",
            "model": answer.model or call.model or DEFAULT_MODEL,
            "results": [_verdict(answer.finish == "content_filter") for _ in texts],
        }
        return openai.ok(call, answer, value)
