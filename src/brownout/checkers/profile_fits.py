"""Does the app profile drive and read the application as it is? On a healthy platform that can be seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, count, listing
from brownout.config.spelling import nearest
from brownout.expect import AnyExpect
from brownout.mistakes import NOT_FILLED, NOT_READ, Mistake, mistake_in, sought_in
from brownout.verdict import Status, Verdict

FEWEST = 5
"""Fewer questions on a healthy platform say nothing about the profile."""
MOST_OF_THEM = 0.9
"""Such a share of them must look like the same mistake."""

_REQUESTS = {
    401: "the application wants to know who asks: see headers, and the step that logs in",
    403: "the application does not let this user do that: see headers, and the step that logs in",
    404: "the application has no such path: compare it with the application's routes",
    405: "the path is there, and not for this method: get, post, put or delete",
    415: "the application wants another kind of body than JSON",
    400: "the application wants another body: compare json with what it takes",
    422: "the application wants another body: compare json with what it takes",
}
_ADVICE = "Correct the step in brownout.yaml, and try it with 'brownout doctor --app brownout.yaml'"


@dataclass(frozen=True)
class Misfit:
    """A journey that never got an answer on a healthy platform: how often it asked, what it looks like, and which step.

    ``rows`` are the culprit's.
    """

    journey: str
    asked: int
    mistake: Mistake
    step: str
    rows: list[dict[str, Any]]


class _Words(NamedTuple):
    """What is said of steps that the profile itself spoils."""

    measured: str
    so: str
    next_step: str


_UNFILLED = _Words(
    "could not be filled in, and no request left for them",
    "Its questions were never asked",
    "Correct the template of that step in brownout.yaml; 'brownout lint' tells what it can.",
)
_UNREAD = _Words(
    "could not be read, whatever came",
    "What came is not known",
    "Write that regular expression in brownout.yaml without a repetition inside a repetition, as (a+)+ is one.",
)


class ProfileFitsChecker:
    """A profile whose mistakes would be blamed on the application. Over 0 samples where there is none."""

    name = "profile_fits"

    def check(self, record: Record, expectation: AnyExpect | None = None) -> Verdict:
        """UNKNOWN where a journey never got an answer on a healthy platform, and the profile looks like the reason.

        Likewise where the profile's own templates failed, or its expressions searched an answer without end.
        """
        unfit = misfits(record)
        if not unfit and (rows := unfilled(record)):
            return self._unfilled(record, rows)
        if not unfit:
            return self._verdict(Status.HELD, "not exercised: it fits", "Nothing points to a mistake of the profile.")
        asked = sum(misfit.asked for misfit in unfit)
        return self._verdict(
            Status.UNKNOWN,
            f"0 of {count(asked, 'question')} answered on a healthy platform",
            "The profile does not fit the application, so nothing can be told of it. "
            + " ".join(_told(misfit) for misfit in unfit[:2]),
            samples=asked,
            evidence=evidence.told("journey", unfit[0].rows[:EVIDENCE], _row),
            next_step=f"{_ADVICE}.",
        )

    def _unfilled(self, record: Record, rows: list[dict[str, Any]]) -> Verdict:
        first = rows[0]
        words = _UNREAD if first["detail"].startswith(NOT_READ) else _UNFILLED
        return self._verdict(
            Status.UNKNOWN,
            f"{count(len(rows), 'step')} {words.measured}",
            f"Step {first['step']!r} of journey {first['journey']} {first['detail']}. {words.so}, so what its journey "
            "shows proves nothing.",
            samples=len(rows),
            evidence=evidence.told("journey", rows[:EVIDENCE], _row),
            next_step=words.next_step,
        )

    def _verdict(self, status: Status, measured: str, finding: str, **more: Any) -> Verdict:
        objective = "on a healthy platform, users of the profile's journeys get answers"
        return Verdict(self.name, self.name, status, objective, measured, finding, **more)


def misfits(record: Record) -> list[Misfit]:
    """Journeys that the profile gets wrong, as far as the time before the first trouble shows."""
    rows = record.rows(_HEALTHY, [_first_trouble(record)])
    names = dict.fromkeys(row["journey"] for row in rows)
    unfit = (_misfit(name, [row for row in rows if row["journey"] == name]) for name in names)
    return [misfit for misfit in unfit if misfit is not None]


def unfilled(record: Record) -> list[dict[str, Any]]:
    """Steps that the profile says in such a way that they could not be asked, or not read, at any time."""
    return record.rows(
        "SELECT *, FALSE AS called FROM journey WHERE outcome = 'error' "
        "AND (starts_with(detail, ?) OR starts_with(detail, ?)) ORDER BY t",
        [NOT_FILLED, NOT_READ],
    )


_HEALTHY = """
SELECT step.*, EXISTS (SELECT 1 FROM exchange WHERE canary = step.canary AND via <> 'inbound') AS called
FROM journey AS step
WHERE impact = 'operational' AND step.t + step.duration < ?
  AND NOT EXISTS (SELECT 1 FROM exchange WHERE canary = step.canary AND injected)
ORDER BY turn, step.t
"""


def _first_trouble(record: Record) -> float:
    """The monotonic second at which the platform is no longer healthy; where it never is, 0."""
    drill = record.drill
    troubles = [phase["start"] for phase in drill["phases"] if phase["impact"] != "operational"]
    ends = [phase["end"] for phase in drill["phases"]]
    return float(drill["zero"] + min(troubles, default=max(ends, default=0.0)))


def _misfit(journey: str, rows: list[dict[str, Any]]) -> Misfit | None:
    asking = [row for row in rows if row["asks"]]
    if len(asking) < FEWEST or any(row["outcome"] == "ok" for row in asking):
        return None
    kinds = Counter(kind for row in asking if (kind := _mistake(row)))
    kind, times = kinds.most_common(1)[0] if kinds else ("end", 0)
    if times < MOST_OF_THEM * len(asking):
        return None
    step = _culprit(rows, next(row["step"] for row in asking if _mistake(row) == kind))
    mine = [row for row in rows if row["step"] == step]
    return Misfit(journey, len(asking), _mistake(mine[0]) or kind, step, mine)


def _mistake(row: dict[str, Any]) -> Mistake | None:
    """What the profile may have got wrong; a request for which the application called the platform is right."""
    kind = mistake_in(row)
    return None if kind == "request" and row["called"] else kind


def _culprit(rows: list[dict[str, Any]], otherwise: str) -> str:
    """The first step of the journey that always goes wrong: what comes after it may do so for that reason alone."""
    for step in dict.fromkeys(row["step"] for row in rows):
        mine = [row for row in rows if row["step"] == step]
        if all(_mistake(row) in ("request", "reply") or sought_in(row) is not None for row in mine):
            return str(step)
    return otherwise


def _told(misfit: Misfit) -> str:
    row, times = misfit.rows[0], len(misfit.rows)
    asked = count(misfit.asked, "question")
    begin = f"Not one of {asked} of journey {misfit.journey} was answered while the platform was healthy: "
    begin += f"step {misfit.step!r} "
    sought = sought_in(row)
    if sought is not None:
        return f"{begin}found nothing at {sought!r} in {count(times, 'answer')}; {_instead(row, sought)}."
    if misfit.mistake == "request":
        statuses = Counter(f"HTTP {row['status']}" for row in misfit.rows if row["status"])
        why = _REQUESTS.get(row["status"], "the application takes no such request")
        return f"{begin}got {_times(statuses)}: {why}. For example: {row['detail']}"
    if misfit.mistake == "earlier":
        return f"{begin}{row['detail']}."
    return (
        f"{begin}got {count(times, 'answer')} without their end. Either the profile reads another text than the whole "
        "answer (see reply), or the application never shows the model's answer to its end."
    )


def _times(statuses: Counter[str]) -> str:
    return listing(dict(statuses)) if len(statuses) > 1 else f"{next(iter(statuses))} {statuses.total():,} times"


def _instead(row: dict[str, Any], sought: str) -> str:
    """What came in its place, and what is nearest to it."""
    came = row["paths"] or []
    guess = nearest(sought, came)
    question = f"did you mean {guess!r}? " if guess else ""
    return f"{question}what came has {', '.join(came)}" if came else "the answer was empty"


def _row(row: dict[str, Any]) -> str:
    status = f"HTTP {row['status']}" if row["status"] else "no answer"
    return f"user {row['user']} ({row['journey']}/{row['step']}): {status}, {row['outcome']}; {row['detail']}"
