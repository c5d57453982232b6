"""Ends of the application's own process, as the drill saw them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from brownout.checkers.base import Record

SEEN = 0.15
"""Seconds within which a death is noticed: the drill looks every 50 ms, and ``t`` is when it was last seen alive."""
_NAMES = "name IN ('app', 'application')"


@dataclass(frozen=True)
class Deaths:
    """Each time that it ended by itself while users were there, and how often it was started again.

    ``died`` is the monotonic second from which on it was dead for good; None where it lived, or lives again.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    restarts: int = 0
    died: float | None = None


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
    mourned = rows and not drill.get("supervised")
    return Deaths(rows, max(0, started - 1), float(rows[0]["t"]) if mourned else None)


def dead_since(record: Record) -> str:
    """``the application had died 12.3 s into the drill``; empty where it had not."""
    died = deaths_in(record).died
    return "" if died is None else in_death(record, died)


def in_death(record: Record, died: float) -> str:
    """``the application had died 12.3 s into the drill``, of one that died then."""
    return f"the application had died {when(record, died)}"


def when(record: Record, t: float) -> str:
    """``12.3 s into the drill``, or before it."""
    second = float(t) - float(record.drill["zero"])
    return f"{second:.1f} s into the drill" if second >= 0 else "before the timeline began"
