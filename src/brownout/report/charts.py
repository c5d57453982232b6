"""What the charts of the HTML report draw: the drill second by second, in at most ``MOST_BARS`` bars. Pure."""

from __future__ import annotations

import math
from statistics import median
from typing import Any

from brownout.report import words
from brownout.result import Result, Second

MOST_BARS = 240
COUNTED = ("answered", "refused", "failed", "hung", "injected", "exchanges")


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _present(values: list[float | None]) -> list[float]:
    return [value for value in map(_finite, values) if value is not None]


def _bars(result: Result) -> tuple[int, list[list[Second]]]:
    """The width of a bar in seconds, and the seconds that each bar holds."""
    last = max([result.duration, *(second.t + 1 for second in result.seconds)])
    width = max(1, math.ceil(last / MOST_BARS))
    bars: list[list[Second]] = [[] for _ in range(math.ceil(last / width))]
    for second in result.seconds:
        if second.t >= 0:
            bars[int(second.t // width)].append(second)
    return width, bars


def _series(bars: list[list[Second]]) -> dict[str, list[float | None]]:
    """Counts are summed; p50 is the median second, p95 and users the highest."""
    series: dict[str, list[float | None]] = {
        name: [sum(getattr(second, name) for second in bar) for bar in bars] for name in COUNTED
    }
    p50 = [_present([second.p50 for second in bar]) for bar in bars]
    p95 = [_present([second.p95 for second in bar]) for bar in bars]
    users = [_present([second.users for second in bar]) for bar in bars]
    series["p50"] = [median(values) if values else None for values in p50]
    series["p95"] = [max(values, default=None) for values in p95]
    series["users"] = [max(values, default=None) for values in users]
    return series


def data(result: Result) -> dict[str, Any]:
    """Everything the page's script needs, as JSON values."""
    width, bars = _bars(result)
    return {
        "speed": result.speed,
        "width": width,
        "end": max([result.duration, *(phase.end for phase in result.phases), len(bars) * width * 1.0]),
        "t": [width * (number + 0.5) for number in range(len(bars))],
        "series": _series(bars),
        "phases": [
            {"name": words.printable(phase.name), "impact": phase.impact, "start": phase.start, "end": phase.end}
            for phase in result.phases
        ],
        "posts": [
            {
                "t": post["t"],
                "provider": words.printable(str(post.get("provider", ""))),
                "say": words.printable(words.spaced(str(post.get("say", "")))),
            }
            for post in result.status_posts
            if isinstance(post.get("t"), int | float) and math.isfinite(post["t"])
        ],
    }
