"""What makes other verdicts void: a dead application, a profile that does not fit it, calls that never came.

Each is told by itself, first; what it takes the ground from is UNKNOWN, and gives no advice of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from brownout.checkers.base import Record
from brownout.checkers.case import count
from brownout.checkers.deaths import deaths_in
from brownout.checkers.injection_proof import nothing_came, wiring
from brownout.checkers.profile_fits import misfits, unfilled
from brownout.judging.record import leave_out, set_aside
from brownout.verdict import Status, Verdict

UNSEEN = 2.0
"""Seconds for which a part may be dead before the drill, and who looks after the part, come to see it."""
_ALIVE = "application_alive"
GUARDS = (_ALIVE, "profile_fits")
"""Checkers that are asked first, and heard only where they have something to say."""


@dataclass(frozen=True)
class Shadow:
    """Why other verdicts count for less, as their findings begin. ``whole``: also what is BROKEN proves nothing.

    ``by`` is the check that says so itself, and all of it.
    """

    why: str
    by: str
    whole: bool = True


def cast_by(record: Record, guards: Sequence[Verdict]) -> list[Shadow]:
    """What lies over all other verdicts. Takes the rows that are void out of the record."""
    shadows = []
    deaths = deaths_in(record)
    died, gaps = deaths.died, [each for each in deaths.absences if each.back is not None]
    for absence in deaths.absences:
        _turned_out(record, absence.since)
    if deaths.absences or died is not None:
        shadows.append(Shadow("While the application was there, which is not the whole drill:", _ALIVE, whole=False))
    if died is not None:
        set_aside(record, _last_alive(record, died) if deaths.exited else died)
    for gap in gaps:
        set_aside(record, gap.since, gap.back)
    if any(verdict.check == "profile_fits" for verdict in guards):
        shadows += _unfit(record)
    if died is None and nothing_came(record):
        shadows.append(
            Shadow(
                "No call to the platform came, so this says nothing about an outage. Apart from that:",
                "injection_proof",
            )
        )
    return shadows


def _last_alive(record: Record, died: float) -> float:
    """From when on it was dead, as its users could tell: on a busy machine its death is noticed late.

    Whoever looks after it must come to its turn to see it go. What users met meanwhile, if that was nothing but broken
    and refused connections, they met of a dead application.
    """
    sign = record.value(
        "SELECT max(t) FROM (SELECT t + duration AS t FROM journey WHERE outcome NOT IN ('unreachable', 'cut') "
        "UNION ALL SELECT t FROM exchange WHERE via <> 'inbound') WHERE t <= ?",
        [died],
    )
    return max(died - UNSEEN, sign + 1e-6) if sign is not None else died - UNSEEN


def _turned_out(record: Record, since: float) -> None:
    """Leave out who was let in last and never heard: a port that closes resets those who wait at it.

    Whoever had been let in before that may be answered all the while, by the process that lives.
    """
    record.db.execute(
        "DELETE FROM journey WHERE outcome IN ('unreachable', 'cut') AND status IS NULL "
        "AND t + duration BETWEEN $2 AND $1 AND t > coalesce("
        "(SELECT max(t) FROM journey WHERE outcome NOT IN ('unreachable', 'cut') AND t < $1), 0)",
        [since, since - UNSEEN],
    )


def _unfit(record: Record) -> list[Shadow]:
    names = list({*(misfit.journey for misfit in misfits(record)), *(row["journey"] for row in unfilled(record))})
    leave_out(record, names)
    if record.value("SELECT count(*) FROM journey WHERE asks"):
        return []  # the other journeys can be judged, and without these rows nothing of them is
    return [Shadow("The profile does not fit the application. Apart from that:", "profile_fits")]


def under(shadows: Sequence[Shadow], verdict: Verdict) -> Verdict:
    """What is left of a verdict."""
    for shadow in shadows:
        if verdict.check == shadow.by or (verdict.status is Status.BROKEN and not shadow.whole):
            continue
        if verdict.status is Status.SKIPPED:
            continue
        finding = f"{shadow.why} {verdict.finding}"
        verdict = replace(verdict, status=Status.UNKNOWN, void=True, finding=finding, next_step=None, longer=1.0)
    return verdict


def lead(record: Record, verdicts: Sequence[Verdict]) -> str:
    """The sentence with which a report begins; empty where that is what users met."""
    if record.end is not None and record.end["outcome"] == "aborted":
        return f"The drill was ended at once: {str(record.end['why']).rstrip('.')}."
    for verdict in verdicts:
        if verdict.check in GUARDS and verdict.status is not Status.HELD:
            return f"{verdict.finding.rstrip('.')}."
    if not nothing_came(record):
        return ""
    asked = count(record.value("SELECT count(*) FROM journey WHERE asks"), "question")
    return f"No call to the platform came through the drill, though users asked {asked}. {wiring(record)}"
