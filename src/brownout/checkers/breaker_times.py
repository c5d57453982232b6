"""When a service was down as its callers could know it, from when on it was well again, and who usually calls it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from brownout.checkers.base import Record
from brownout.checkers.healing import downtimes
from brownout.checkers.ways import Way
from brownout.expect import Breaker

FAILING = 0.8
"""A service is down where faults strike so large a part of its calls, and so large a part of those that came failed."""
WELL = 0.05
"""It is well again where they strike no more than this."""
HABIT = 0.9
"""Questions of a step use a service if so large a part of them does on a good day, ..."""
ENOUGH = 5
"""... of so many at least."""


@dataclass(frozen=True)
class Down:
    """From ``since`` to ``until`` it was down; from ``open_from`` on a breaker should be open. Monotonic seconds."""

    since: float
    until: float
    open_from: float


@dataclass(frozen=True)
class Times:
    """When it was down, once or more; and when faults had ended for good, None where they last to the end."""

    downs: list[Down]
    well_from: float | None


def matching(record: Record, glob: str) -> frozenset[str]:
    """The services that were called and that a name or a glob means."""
    rows = record.rows("SELECT DISTINCT service FROM exchange WHERE via <> 'inbound'")
    return frozenset(row["service"] for row in rows if fnmatchcase(row["service"], glob))


def times(record: Record, primary: frozenset[str], wanted: Breaker, phases: Sequence[str]) -> Times | str:
    """When the service was down for so long that a breaker should have opened; or why there is no such time."""
    zero, told = float(record.drill["zero"]), []
    failing, struck = downtimes(record, primary, FAILING, WELL + 1e-6)
    spans = [span for span in failing if _of(record, span, phases)]
    if not spans:
        return f"no fault struck {FAILING:.0%} of the calls to {wanted.primary}, so it was never down"
    for start, end in spans:
        calls = record.rows(
            "SELECT t + duration AS ended, status BETWEEN 200 AND 299 AND \"end\" = 'complete' AS good FROM exchange "
            "WHERE list_contains(?::VARCHAR[], service) AND via <> 'inbound' AND t >= ? AND t < ? ORDER BY ended",
            [sorted(primary), zero + start, zero + end],
        )
        failed = [row["ended"] for row in calls if not row["good"]]
        if len(failed) >= max(wanted.after, FAILING * len(calls)):
            told.append(Down(zero + start, zero + end, failed[wanted.after - 1] + wanted.opens_within))
    if not told:
        return f"fewer than {wanted.after} calls to {wanted.primary} failed while it was down, or others were well"
    well = max([told[-1].until, *(zero + end for _, end in struck)])
    return Times(told, well if well < zero + record.drill["phases"][-1]["end"] - 1e-6 else None)


def _of(record: Record, span: tuple[float, float], phases: Sequence[str]) -> bool:
    return any(
        phase["name"] in phases and phase["start"] < span[1] - 1e-6 and span[0] < phase["end"] - 1e-6
        for phase in record.drill["phases"]
    )


def habitual(asked: list[Way], primary: frozenset[str], before: float) -> list[Way]:
    """The questions of steps that nearly always called the service on a good day, before it was first down."""
    uses: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for each in asked:
        if each.t < before and each.well:
            uses[each.kind].append(bool(each.to(primary)))
    kinds = {kind for kind, used in uses.items() if len(used) >= ENOUGH and sum(used) >= HABIT * len(used)}
    return [each for each in asked if each.kind in kinds]
