"""Chat completions that are made later: https://docs.perplexity.ai/api-reference/async-chat-completions-post."""

from __future__ import annotations

from typing import Any

from brownout.dialects.headers import uuid
from brownout.dialects.openai import common as openai
from brownout.dialects.openai.common import OpenAIDialect
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Reply

PATH = "/async/chat/completions"


def _job(id: str, model: str | None, created: int) -> dict[str, Any]:
    times = {"created_at": created, "started_at": None, "completed_at": None, "failed_at": None}
    return {"id": id, "model": model, **times, "response": None, "error_message": None, "status": "CREATED"}


class PerplexityAsync(OpenAIDialect):
    """``perplexity.async``: a job is taken on, and never gets further: nothing is kept."""

    service = "perplexity.async"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The job, or a list without any."""
        named = call.request.path.removeprefix(PATH).strip("/")
        if call.request.method == "GET" and not named:
            return openai.ok(call, answer, {"next_token": None, "requests": []})
        inner = call.body.get("request")
        model = string(inner.get("model")) if isinstance(inner, dict) else call.model
        return openai.ok(call, answer, _job(named or uuid("job", answer.id), model, answer.created))
