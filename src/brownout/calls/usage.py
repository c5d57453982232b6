"""How many tokens an answer cost, read from its bytes as they pass, in whichever provider's words. Pure."""

from __future__ import annotations

import re

from brownout.exchange import Call

_KEPT = 16_384
"""Bytes from the end of an answer in which its usage is looked for."""
_NEAR = 2_048
"""Bytes from the end in which it mostly is: looked through first, for every call pays for it."""
_HEAD = 4_096
"""Bytes from its beginning: Anthropic's stream says there what went in."""
# OpenAI and its kin, Anthropic (cumulative in message_delta), Gemini, Bedrock, Ollama, Cohere.
_OUTPUT = (b'"completion_tokens"', b'"output_tokens"', b'"candidatesTokenCount"', b'"outputTokens"', b'"eval_count"')
_INPUT = (b'"prompt_tokens"', b'"input_tokens"', b'"promptTokenCount"', b'"inputTokens"', b'"prompt_eval_count"')
_FIGURE = re.compile(rb"\s*:\s*(\d{1,9})(?:\.0)?\b")


class Meter:
    """Feed it an answer's body as it passes."""

    def __init__(self) -> None:
        self._head, self._tail = bytearray(), bytearray()

    def feed(self, data: bytes) -> None:
        """The next bytes of the body."""
        if len(self._head) < _HEAD:
            self._head += data[: _HEAD - len(self._head)]
        self._tail += data
        if len(self._tail) > 2 * _KEPT:
            del self._tail[:-_KEPT]

    @property
    def output_tokens(self) -> int | None:
        """The last count of output tokens that the answer names; None where it names none."""
        return self._at_the_end(_OUTPUT)

    @property
    def input_tokens(self) -> int | None:
        """The last count of input tokens that the answer names; None where it names none."""
        figure = self._at_the_end(_INPUT)
        return _last(_INPUT, self._head) if figure is None else figure

    def _at_the_end(self, names: tuple[bytes, ...]) -> int | None:
        figure = _last(names, self._tail[-_NEAR:])
        return _last(names, self._tail[-_KEPT:]) if figure is None and len(self._tail) > _NEAR else figure


def _last(names: tuple[bytes, ...], text: bytearray) -> int | None:
    """The last figure that stands under any of these names."""
    figures = [place for name in names if (place := _last_of(name, text)) is not None]
    return max(figures)[1] if figures else None


def _last_of(name: bytes, text: bytearray) -> tuple[int, int] | None:
    """Where the last figure of one name stands, and what it is."""
    at = text.rfind(name)
    while at >= 0:
        if figure := _FIGURE.match(text, at + len(name)):
            return at, int(figure[1])
        at = text.rfind(name, 0, at)
    return None


def sent_by(call: Call) -> int:
    """About how many tokens a call sends."""
    return sum(estimate(turn.text) for turn in call.turns) or estimate(call.text)


def estimate(text: str) -> int:
    """Tokens of a text, as a rule of thumb: four characters each, never none."""
    return max(1, (len(text) + 3) // 4)
