"""When the application was gone, as the drill saw it: its process ended, or nobody listened any more. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from brownout.checkers.base import Record
from brownout.checkers.case import count

TOLD = 5
"""So many absences are told one by one."""
SEEN = 0.15
"""Seconds within which a death is noticed: the drill looks every 50 ms, and ``t`` is when it was last seen alive."""
NEAR = 1.0
"""Seconds before the end of a process in which its port may be closed already, of that same death."""
_INTO = " into the drill"
_NAMES = "name IN ('app', 'application')"


@dataclass(frozen=True)
class Absence:
    """From ``since`` on nobody listened; somebody did again at ``back``, or never (None). Monotonic seconds.

    ``row`` is the one that says so.
    """

    row: dict[str, Any]
    back: float | None

    @property
    def since(self) -> float:
        """When the first user found nobody there, or a later one was let in for the last time."""
        return float(self.row["t"])


@dataclass(frozen=True)
class Deaths:
    """Each time that it ended by itself while users were there, and how often it was started again.

    ``absences`` are those that no end of its process explains. ``died`` is the monotonic second from which on it was
    gone for good; None where it lived, or lives again.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    restarts: int = 0
    died: float | None = None
    absences: list[Absence] = field(default_factory=list)

    @property
    def exited(self) -> bool:
        """Whether what ended it for good was the end of its process."""
        return self.died is not None and bool(self.rows) and self.died == self.rows[0]["t"]


def deaths_in(record: Record) -> Deaths:
    """The deaths of a drill. What ends after the last user has left is nobody's loss, and no death."""
    over = record.value("SELECT max(t) FROM process WHERE name = 'load' AND event IN ('exited', 'stopped')")
    drill = record.drill
    last = (over - SEEN if over else 0.0) or drill["zero"] + max(
        (phase["end"] for phase in drill["phases"]), default=0.0
    )
    failed = record.end is not None and record.end["outcome"] == "failed"
    first = drill["zero"] if failed else 0.0  # one that never came up is why the drill failed, and no death
    rows = record.rows(
        f"SELECT * FROM process WHERE {_NAMES} AND event IN ('exited', 'killed') AND t BETWEEN ? AND ? ORDER BY t",
        [first, last],
    )
    started = int(record.value(f"SELECT count(*) FROM process WHERE {_NAMES} AND event = 'started'"))
    absences = _absences(record, first, last, rows)
    for_good = [each.since for each in absences if each.back is None]
    if rows and not drill.get("supervised"):
        for_good.append(float(rows[0]["t"]))
    return Deaths(rows, max(0, started - 1), min(for_good, default=None), absences)


def _absences(record: Record, first: float, last: float, ends: list[dict[str, Any]]) -> list[Absence]:
    """When nobody listened, but for what the end of a process explains, and the supervisor's start after it."""
    absences: list[Absence] = []
    for row in record.rows(f"SELECT * FROM process WHERE {_NAMES} AND event IN ('gone', 'back') ORDER BY t, event"):
        if row["event"] == "gone" and first <= row["t"] <= last:
            absences.append(Absence(row, None))
        elif row["event"] == "back" and absences and absences[-1].back is None:
            absences[-1] = Absence(absences[-1].row, float(row["t"]))
    supervised = bool(record.drill.get("supervised"))
    return [each for each in absences if not any(_explains(end["t"], each, supervised) for end in ends)]


def _explains(end: float, absence: Absence, supervised: bool) -> bool:
    """Whether the process that ended then is why nobody listened; one that lived on with no port ended of something."""
    if supervised:
        return absence.since - NEAR <= end <= (math.inf if absence.back is None else absence.back)
    return end <= absence.since + NEAR


def dead_since(record: Record) -> str:
    """``the application had died 12.3 s into the drill``; empty where it had not."""
    deaths = deaths_in(record)
    return "" if deaths.died is None else in_death(record, deaths)


def in_death(record: Record, deaths: Deaths) -> str:
    """``the application had died 12.3 s into the drill``, or had been gone since then, of one that stayed so."""
    assert deaths.died is not None, "it lives"
    return f"the application {'had died' if deaths.exited else 'had been gone since'} {when(record, deaths.died)}"


def absent(record: Record, absence: Absence) -> str:
    """``gone since 12.3 s into the drill``, or ``gone from 12.3 s to 15.0 s into the drill``."""
    return f"gone {_stretch(record, absence)}"


def absences_in_words(record: Record, absences: Sequence[Absence]) -> str:
    """``from 5.0 s to 8.2 s into the drill, from 12.0 s to 13.0 s``: the first few, and how many more there are."""
    told = [_stretch(record, each) for each in absences[:TOLD]]
    told[1:] = [each.removesuffix(_INTO) for each in told[1:]]
    more = len(absences) - TOLD
    return ", ".join(told) + (f", and {count(more, 'more time')}" if more > 0 else "")


def _stretch(record: Record, absence: Absence) -> str:
    since = when(record, absence.since)
    if absence.back is None:
        return f"since {since}"
    return f"from {since.removesuffix(_INTO)} to {when(record, absence.back)}"


def when(record: Record, t: float) -> str:
    """``12.3 s into the drill``, or before it."""
    second = float(t) - float(record.drill["zero"])
    return f"{second:.1f} s{_INTO}" if second >= 0 else "before the timeline began"
