"""Chat: https://docs.ollama.com/api/chat."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from brownout.dialects import toolbox
from brownout.dialects.base import Pace
from brownout.dialects.ollama import common as ollama
from brownout.dialects.openai import tools
from brownout.dialects.reading import turns_of
from brownout.exchange import Answer, Asked, Call, Request


def _arguments(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


class OllamaChat(ollama.OllamaWords):
    """``ollama.chat``: a list of messages in, one message out. A tool's call comes whole, in one line."""

    service = "ollama.chat"
    pace: Pace = "tokens"

    def read(self, request: Request) -> Call:
        """What the request asks for; the conversation is a digest, since only the client keeps it."""
        return ollama.read(self.service, request, turns_of(request.json.get("messages")), streams=True)

    def asked(self, call: Call) -> Asked:
        """The form and the length that the caller insists on, and the tools that it offers."""
        _, offered = toolbox.choose(tools.functions(call.body), toolbox.AUTO, tools.messages(call.body))
        return replace(super().asked(call), offered=offered)

    def said(self, answer: Answer, text: str) -> dict[str, Any]:
        """A part of the message, or the tool's call where there is one."""
        if not answer.tool:
            return {"message": {"role": "assistant", "content": text}}
        function = {"name": answer.tool, "arguments": _arguments(text)}
        return {"message": {"role": "assistant", "content": "", "tool_calls": [{"function": function}]}}

    def thought(self, text: str) -> dict[str, Any]:
        """A part of what the model thinks."""
        return {"message": {"role": "assistant", "content": "", "thinking": text}}

    def pieces(self, answer: Answer) -> Iterable[str]:
        """The tokens, or the one call."""
        return (answer.text,) if answer.tool else answer.pieces

    def last(self, answer: Answer) -> dict[str, Any]:
        return self.said(replace(answer, tool=None), "")
