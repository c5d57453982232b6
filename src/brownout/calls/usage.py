"""How many tokens an answer cost, read from its last bytes as they pass, in whichever provider's words. Pure."""

from __future__ import annotations

import re

_KEPT = 16_384
"""Bytes from the end of an answer in which its usage is looked for."""
# OpenAI and its kin, Anthropic (cumulative in message_delta), Gemini, Bedrock, Ollama, Cohere.
_OUTPUT = re.compile(
    rb'"(?:completion_tokens|output_tokens|candidatesTokenCount|outputTokens|eval_count)"\s*:\s*(\d{1,9})(?:\.0)?\b'
)


class Meter:
    """Feed it an answer's body as it passes."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes) -> None:
        """The next bytes of the body."""
        self._tail = (self._tail + data)[-_KEPT:]

    @property
    def output_tokens(self) -> int | None:
        """The last count of output tokens that the answer names; None where it names none."""
        figures = _OUTPUT.findall(self._tail)
        return int(figures[-1]) if figures else None


def estimate(text: str) -> int:
    """Tokens of a text, as a rule of thumb: four characters each, never none."""
    return max(1, (len(text) + 3) // 4)
