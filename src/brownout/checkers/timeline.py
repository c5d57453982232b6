"""How much of its timeline a drill came to play."""

from __future__ import annotations

from typing import Any

from brownout.checkers.base import Record

PHASE = "coalesce(phase, phase_name)"
"""SQL: the phase of an ``exchange`` row; the proxy's own word goes before the clock. NULL outside the timeline."""


def until(record: Record) -> float:
    """The monotonic second at which the drill was over; of one that was killed, that of its last row."""
    if record.end is not None:
        return float(record.end["t"])
    last = record.value(
        "SELECT max(t) FROM (SELECT max(t + duration) AS t FROM exchange "
        "UNION ALL SELECT max(t + duration) FROM journey UNION ALL SELECT max(t) FROM users "
        "UNION ALL SELECT max(t) FROM process)"
    )
    return float(record.drill["zero"] if last is None else last)


def never_began(record: Record) -> frozenset[str]:
    """The names of the phases that were still to come when the drill was over."""
    zero, end = float(record.drill["zero"]), until(record)
    called = {row["phase"] for row in record.rows(f"SELECT DISTINCT {PHASE} AS phase FROM exchange")}
    phases: list[dict[str, Any]] = record.drill["phases"]
    return frozenset(phase["name"] for phase in phases if zero + phase["start"] >= end and phase["name"] not in called)
