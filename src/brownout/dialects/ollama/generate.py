"""Completions: https://docs.ollama.com/api/generate."""

from __future__ import annotations

from typing import Any

from brownout.dialects.base import Pace
from brownout.dialects.headers import hexadecimal
from brownout.dialects.ollama import common as ollama
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Request, Turn


class OllamaGenerate(ollama.OllamaWords):
    """``ollama.generate``: a prompt in, words out."""

    service = "ollama.generate"
    pace: Pace = "tokens"

    def read(self, request: Request) -> Call:
        """What the request asks for; every prompt begins a conversation of its own."""
        named = (("system", string(request.json.get("system"))), ("user", string(request.json.get("prompt"))))
        turns = tuple(Turn(role, text) for role, text in named if text)
        return ollama.read(self.service, request, turns, streams=True)

    def last(self, answer: Answer) -> dict[str, Any]:
        """The tokens of the exchange, which a client may send along with its next prompt."""
        count = min(answer.input_tokens + answer.output_tokens, 64)
        tokens = [int(hexadecimal("token", f"{answer.id}|{number}", 4), 16) for number in range(count)]
        return {**self.said(answer, ""), "context": tokens}
