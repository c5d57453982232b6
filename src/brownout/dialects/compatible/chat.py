"""Chat completions of a platform that speaks as OpenAI does: without what only OpenAI sends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from brownout.dialects.openai.chat import OpenAIChat, choices_of, plain_usage
from brownout.exchange import Answer, Call, Reply


def _without_refusal(answer: Answer) -> Answer:
    """A refusal is a text like any other: the field for it is OpenAI's own."""
    return replace(answer, finish="stop") if answer.finish == "refusal" else answer


class CompatibleChat(OpenAIChat):
    """``PROVIDER.chat`` of a platform that has no chat of its own in this folder."""

    padded = False

    def frame(self, call: Call, answer: Answer, kind: str) -> dict[str, Any]:
        """The four fields that all who speak alike have in common."""
        model = answer.model or call.model or "default"
        return {"id": f"chatcmpl-{answer.id}", "object": kind, "created": answer.created, "model": model}

    def usage(self, call: Call, answer: Answer) -> dict[str, Any]:
        return plain_usage(answer, answer.output_tokens * choices_of(call))

    def message(self, call: Call, answer: Answer, index: int) -> dict[str, Any]:
        """The message of a choice: its role, its words, and the tool that is called."""
        message = super().message(call, answer, index)
        return {name: value for name, value in message.items() if name not in ("annotations", "refusal")}

    def opening(self, call: Call, answer: Answer, index: int) -> dict[str, Any]:
        """The first delta of a choice: its role, and the tool that is called."""
        return {name: value for name, value in super().opening(call, answer, index).items() if name != "refusal"}

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A chat completion, with as many choices as ``n`` says."""
        return super().answer(call, _without_refusal(answer))

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """Role first, then a chunk a token, the finish reason, usage where it was asked for, and ``[DONE]``."""
        return super().stream(call, _without_refusal(answer))
