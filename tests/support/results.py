"""Results of drills that a test need not play."""

from __future__ import annotations

from brownout.result import Result
from brownout.verdict import Status

BLANK = Result(
    brownout="0",
    scenario="baseline",
    title="",
    app="small",
    seed=1,
    speed=1.0,
    started_at=0.0,
    duration=1.0,
    outcome="completed",
    why="",
    status=Status.HELD,
    exit_code=0,
    command="",
    journal="",
    verdicts=(),
    phases=(),
    rules=(),
    seconds=(),
)
"""A drill in which nothing happened."""
