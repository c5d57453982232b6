"""How the drill went in two lines of text: the share of questions answered whole, and where the outage was. Pure."""

from __future__ import annotations

import math

from brownout.report import story, words
from brownout.result import Result

WIDTH = 60
"""Columns: what a comment shows without a scroll bar."""
_BLOCKS = "▁▂▃▄▅▆▇█"
_NOBODY = "·"
_OUTAGE = "▔"


def lines(result: Result) -> list[str]:
    """The share over drill time, and under it the phases in which the platform was failing; none where nobody asked.

    The lowest block is no answer at all, the highest is nothing but whole answers, and a dot that nobody asked.
    """
    if not any(second.asked for second in result.seconds):
        return []
    end = max([result.duration, *(second.t + 1 for second in result.seconds)])
    columns = min(WIDTH, max(1, math.ceil(end)))
    width = end / columns
    asked, answered = [0] * columns, [0] * columns
    for second in result.seconds:
        if 0 <= second.t < end:
            column = int(second.t / width)
            asked[column] += second.asked
            answered[column] += second.answered
    shares = (_block(part, whole) for part, whole in zip(answered, asked, strict=True))
    failing = (_OUTAGE if _fails((column + 0.5) * width, result) else " " for column in range(columns))
    return [
        f"answered  {''.join(shares)}  {words.span(0, end)}",
        f"outage    {''.join(failing)}".rstrip(),
    ]


def _block(answered: int, asked: int) -> str:
    return _BLOCKS[math.floor(answered / asked * (len(_BLOCKS) - 1))] if asked else _NOBODY


def _fails(second: float, result: Result) -> bool:
    return any(phase.start <= second < phase.end and phase.impact in story.FAILING for phase in result.phases)
