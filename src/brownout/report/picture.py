"""The timeline of a drill as a picture: flat shapes on a light ground, which ``svg`` and ``png`` draw. Pure."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from brownout.report import charts, story, words
from brownout.result import Result
from brownout.verdict import Status

WIDTH: Final = 1200
HEIGHT: Final = 400
GROUND: Final = "#ffffff"
_INK, _SOFT, _LINE = "#16191f", "#555e6c", "#d9dde4"
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 1184, 104, 336
_STATUS = {Status.BROKEN: "#b3122a", Status.UNKNOWN: "#7a5200", Status.HELD: "#0f6b45", Status.SKIPPED: _SOFT}
_OUTCOMES = {"answered": "#2f9e75", "refused": "#3f7fd6", "failed": "#d8532f", "hung": "#7a3fa0"}
_IMPACTS = {
    "operational": "#ffffff",
    "degraded": "#fdf1c7",
    "partial_outage": "#fde0c0",
    "major_outage": "#fbd0cf",
    "recovering": "#d7e6fb",
    "shutdown": "#dcdce2",
}
"""Colours of the HTML report, in daylight."""
_TICKS = 8
_EM = 0.6
"""How wide letters are at most, on average over a word, in a usual font without serifs: a share of their size."""

Anchor: TypeAlias = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Box:
    """A filled rectangle, in pixels from the top left."""

    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True)
class Label:
    """A line of text; ``y`` is its base line."""

    x: float
    y: float
    text: str
    size: int
    fill: str = _SOFT
    anchor: Anchor = "start"


Shape: TypeAlias = Box | Label


def title(result: Result) -> str:
    """What the picture is of, for who cannot see it too."""
    return f"{result.status}: {result.app} in “{result.title}”"


def description(result: Result) -> str:
    """What is to be seen in it, in words."""
    phases = ", ".join(
        f"{phase.name} ({words.spaced(phase.impact)}, {words.span(phase.start, phase.end)}): "
        f"{words.of(phase.answered, phase.asked)} answered whole"
        for phase in result.phases[: charts.MOST_BARS]
    )
    return f"{story.headline(result)} {story.tally(result).capitalize()}." + (f" By phase: {phases}." if phases else "")


def shapes(result: Result) -> Iterator[Shape]:
    """Everything in the picture, from the back to the front."""
    chart = charts.data(result)
    chart["end"] = max(1.0, chart["end"])  # of a drill that was over before it began, too
    yield Box(0, 0, WIDTH, HEIGHT, GROUND)
    yield Label(16, 30, fitting(title(result), 24, WIDTH - 32), 24, _STATUS[result.status])
    for number, line in enumerate(_wrapped(story.headline(result), 15, WIDTH - 32)):
        yield Label(16, 54 + 20 * number, line, 15, _INK)
    yield from _phases(chart)
    yield from _bars(chart)
    yield from _axes(chart)
    yield from _legend(result)


def _phases(chart: dict[str, Any]) -> Iterator[Shape]:
    """Each phase in the colour of its impact, with its name where there is room for one."""
    for phase in chart["phases"]:
        left, right = _x(phase["start"], chart), _x(phase["end"], chart)
        yield Box(left, _TOP - 20, right - left, _BOTTOM - _TOP + 20, _IMPACTS.get(phase["impact"], GROUND))
        yield Box(left, _TOP - 20, 1, _BOTTOM - _TOP + 20, _LINE)
        if name := fitting(phase["name"], 13, right - left - 8):
            yield Label(left + 4, _TOP - 5, name, 13, _INK)


def _bars(chart: dict[str, Any]) -> Iterator[Shape]:
    """Questions by what became of them, stacked: whole answers at the bottom."""
    scale = (_BOTTOM - _TOP) / _most(chart)
    for number in range(len(chart["t"])):
        left, right = (_x(chart["width"] * edge, chart) for edge in (number, number + 1))
        bottom: float = _BOTTOM
        for name, colour in _OUTCOMES.items():
            height = chart["series"][name][number] * scale
            bottom -= height
            if height:
                yield Box(left, bottom, max(1.0, right - left - 1), height, colour)


def _axes(chart: dict[str, Any]) -> Iterator[Shape]:
    yield Box(_LEFT, _BOTTOM, _RIGHT - _LEFT, 1, _INK)
    yield Label(_LEFT - 6, _TOP + 10, words.number(_most(chart)), 13, anchor="end")
    yield Label(_LEFT - 6, _BOTTOM, "0", 13, anchor="end")
    step = _step(chart["end"])
    for second in range(0, int(chart["end"]) + 1, step):
        yield Box(_x(second, chart), _BOTTOM, 1, 5, _INK)
        yield Label(_x(second, chart), _BOTTOM + 20, words.at(second), 13, anchor="middle")


def _legend(result: Result) -> Iterator[Shape]:
    """What the colours of the bars stand for, and the drill as a whole."""
    left = 16.0
    for name, colour in _OUTCOMES.items():
        yield Box(left, HEIGHT - 26, 12, 12, colour)
        yield Label(left + 18, HEIGHT - 15, name, 14, _INK)
        left += 18 + _wide(name, 14) + 18
    told = f"questions over {story.incident(result)}"
    yield Label(WIDTH - 16, HEIGHT - 15, fitting(told, 14, WIDTH - 32 - left), 14, anchor="end")


def _most(chart: dict[str, Any]) -> float:
    """The height of the highest bar, in questions."""
    stacks: Sequence[Sequence[float]] = [chart["series"][name] for name in _OUTCOMES]
    return max([1.0, *map(sum, zip(*stacks, strict=True))])


def _step(end: float) -> int:
    """Seconds from one mark to the next, so that there are no more than a few."""
    steps = [base * int(10**power) for power in range(9) for base in (1, 2, 5)]
    return next((step for step in steps if end / step <= _TICKS), steps[-1])


def _x(second: float, chart: dict[str, Any]) -> float:
    share: float = min(1.0, max(0.0, second / chart["end"]))
    return _LEFT + (_RIGHT - _LEFT) * share


def _wide(text: str, size: int) -> float:
    """How wide a text is at most, in pixels."""
    return sum(size * (1.0 if unicodedata.east_asian_width(letter) in "WF" else _EM) for letter in text)


def _wrapped(text: str, size: int, width: float) -> list[str]:
    """A text on two lines, broken between words, the second one empty for a short text; the rest is left out."""
    line = words.one_line(text)
    first = textwrap.wrap(line, max(1, int(width / (size * _EM))), max_lines=2, placeholder="")[:1]
    if _wide(line, size) <= width or not first or _wide(first[0], size) > width:
        return [fitting(line, size, width), ""]
    return [first[0], fitting(line[len(first[0]) :], size, width)]


def fitting(text: str, size: int, width: float) -> str:
    """As much of a text as fits, on one line and without control characters; empty where next to nothing would."""
    line = words.one_line(text)
    if _wide(line, size) <= width:
        return line
    most = max(0, int(width / (size * _EM)) - 1)
    cut = line[:most]
    while cut and _wide(cut, size) > width - size:
        cut = cut[:-1]
    whole = cut if line[len(cut) : len(cut) + 1] == " " else cut.rpartition(" ")[0]
    cut = whole if len(whole) > len(cut) / 2 else cut
    return f"{cut.rstrip()}…" if len(cut) >= 3 else ""
