"""Chat completions of OpenRouter: https://openrouter.ai/docs/api-reference/overview and .../streaming."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from brownout.dialects.compatible.chat import CompatibleChat
from brownout.dialects.compatible.openrouter import UPSTREAM, generation_id
from brownout.dialects.openai import common as openai
from brownout.dialects.openai.chat import frame_of
from brownout.dialects.sent import Sent, values_of
from brownout.exchange import Answer, Asked, Call, Failure, FailureKind, Request

PROCESSING = b": OPENROUTER PROCESSING\n\n"
"""A comment that keeps the connection alive until the model speaks; readers of SSE pass over it."""
_ROUTED = "openrouter/auto"


class OpenRouterChat(CompatibleChat):
    """``openrouter.chat``: completions by one of the providers behind OpenRouter."""

    service = "openrouter.chat"

    def read(self, request: Request) -> Call:
        """What the request asks for; without a model, the first of ``models``."""
        call = super().read(request)
        models = call.body.get("models")
        first = next((name for name in models if isinstance(name, str)), None) if isinstance(models, list) else None
        return call if call.model else replace(call, model=first)

    def frame(self, call: Call, answer: Answer, kind: str) -> dict[str, Any]:
        """The frame with the provider that answered behind OpenRouter."""
        frame = {**super().frame(call, answer, kind), "id": generation_id(answer), "provider": UPSTREAM}
        return {**frame, "model": answer.model or call.model or _ROUTED}

    def asked(self, call: Call) -> Asked:
        """A thought is shown where ``reasoning`` asks for it, by any model."""
        wanted = call.body.get("reasoning")
        on = isinstance(wanted, dict) and wanted.get("enabled") is not False and wanted.get("effort") != "none"
        shown = not (isinstance(wanted, dict) and wanted.get("exclude") is True)
        asked = super().asked(call)
        thinks = shown and (asked.thinks or on or call.body.get("include_reasoning") is True)
        return replace(asked, thinks=thinks)

    def thought(self, call: Call, piece: str) -> dict[str, Any]:
        """As a text, and as a list of details: https://openrouter.ai/docs/use-cases/reasoning-tokens."""
        details = [{"type": "reasoning.text", "text": piece, "format": "unknown", "index": 0}]
        return {"content": "", "reasoning": piece, "reasoning_details": details}

    def choice(self, answer: Answer, index: int, content: dict[str, Any], finish: str | None) -> dict[str, Any]:
        """A choice with the provider's own word for why it ended."""
        return {**super().choice(answer, index, content, finish), "native_finish_reason": finish}

    def usage(self, call: Call, answer: Answer) -> dict[str, Any]:
        """The tokens with what they cost, in dollars."""
        usage = super().usage(call, answer)
        return {**usage, "cost": round(usage["total_tokens"] * 6e-7, 8), "is_byok": False}

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """Comments come first, while the model is waited for; then the stream."""
        yield PROCESSING
        yield PROCESSING
        yield from super().stream(call, answer)

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """A chunk with an error in it, whose choice ends for the reason ``error``."""
        error = openai.error_of(call, failure)
        code = "server_error" if failure.kind is FailureKind.SERVER_ERROR else error.status
        text = error.message
        if failure.kind is FailureKind.SERVER_ERROR and failure.message is None:
            text = "Provider disconnected unexpectedly"
        frame = self.frame(call, Answer(failure.id, int(failure.now), (), 0), "chat.completion.chunk")
        choice = {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}
        frame |= frame_of(values_of(sent))
        return openai.event({**frame, "error": {"code": code, "message": text}, "choices": [choice]})
