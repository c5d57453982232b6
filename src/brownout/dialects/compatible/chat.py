"""Chat completions of a platform that speaks as OpenAI does: without what only OpenAI sends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from brownout.dialects.openai.chat import OpenAIChat, choices_of, plain_usage
from brownout.exchange import Answer, Asked, Call, Reply


def _without_refusal(answer: Answer) -> Answer:
    """A refusal is a text like any other: the field for it is OpenAI's own."""
    return replace(answer, finish="stop") if answer.finish == "refusal" else answer


# Models that always think, and the settings by which others do: https://api-docs.deepseek.com/guides/thinking_mode,
# https://console.groq.com/docs/reasoning, https://docs.x.ai/docs/guides/reasoning.
_THINKER = re.compile(r"reasoner|(?:^|[-/])r1\b|qwq|thinking|grok-3-mini", re.IGNORECASE)
_BARE = ("groq", "together", "cerebras")
"""Platforms whose field is ``reasoning``."""


def thinks(call: Call) -> bool:
    """Whether a call leads to a thought that is shown."""
    body = call.body
    asked, format = body.get("thinking"), body.get("reasoning_format")
    switched = asked.get("type") if isinstance(asked, dict) else None
    if switched == "disabled" or body.get("enable_thinking") is False or format in ("hidden", "raw"):
        return False
    named = _THINKER.search(call.model or "") is not None
    return named or switched == "enabled" or body.get("enable_thinking") is True or format == "parsed"


class CompatibleChat(OpenAIChat):
    """``PROVIDER.chat`` of a platform that has no chat of its own in this folder."""

    padded = False
    shows_thinking = True
    """Whether what a model thinks stands beside what it says."""

    def asked(self, call: Call) -> Asked:
        """With whether the model that is asked, or the way in which, leads to a thought that is shown."""
        return replace(super().asked(call), thinks=self.shows_thinking and thinks(call))

    def thought(self, call: Call, piece: str) -> dict[str, Any]:
        """A part of what the model thinks, where nothing is said yet."""
        return {"reasoning": piece} if call.provider in _BARE else {"content": None, "reasoning_content": piece}

    def frame(self, call: Call, answer: Answer, kind: str) -> dict[str, Any]:
        """The four fields that all who speak alike have in common."""
        model = answer.model or call.model or "default"
        return {"id": f"chatcmpl-{answer.id}", "object": kind, "created": answer.created, "model": model}

    def usage(self, call: Call, answer: Answer) -> dict[str, Any]:
        """Three figures, and what of them was thought."""
        usage = plain_usage(answer, answer.output_tokens * choices_of(call))
        thought = {"reasoning_tokens": len(answer.thinking) * choices_of(call)}
        return {**usage, "completion_tokens_details": thought} if answer.thinking else usage

    def message(self, call: Call, answer: Answer, index: int) -> dict[str, Any]:
        """The message of a choice: its role, its words, and the tool that is called."""
        message = super().message(call, answer, index)
        bare = {name: value for name, value in message.items() if name not in ("annotations", "refusal")}
        return {**bare, **self.whole_thought(call, answer)}

    def whole_thought(self, call: Call, answer: Answer) -> dict[str, Any]:
        """What the model thought, beside its message."""
        whole = self.thought(call, answer.thought) if answer.thinking else {}
        return {name: value for name, value in whole.items() if name != "content"}

    def opening(self, call: Call, answer: Answer, index: int) -> dict[str, Any]:
        """The first delta of a choice: its role, and the tool that is called."""
        return {name: value for name, value in super().opening(call, answer, index).items() if name != "refusal"}

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A chat completion, with as many choices as ``n`` says."""
        return super().answer(call, _without_refusal(answer))

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """Role first, then a chunk a token, the finish reason, usage where it was asked for, and ``[DONE]``."""
        return super().stream(call, _without_refusal(answer))
