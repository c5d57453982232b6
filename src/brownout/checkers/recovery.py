"""How long after the faults had ended until users get whole answers again, for good?"""

from __future__ import annotations

import math
from typing import Any

from brownout.checkers import evidence, samples
from brownout.checkers.base import Record
from brownout.checkers.case import Case, count, percent
from brownout.checkers.causes import WAIT_LESS, Cause, causes
from brownout.checkers.channels import QUESTION
from brownout.checkers.healing import Healing, healing
from brownout.config.units import in_words
from brownout.expect import AnyExpect, Recovery
from brownout.verdict import Verdict

WINDOW = 20
"""Recovered means: from here on, every so many questions in a row reach the share."""

_ADVICE: dict[Cause, str] = {
    "fault": "Most of these met a fault that the scenario still injects: retry once or twice with backoff, then fall "
    "back, so that a few faults are not seen by users.",
    "wait": WAIT_LESS,
    "nothing": "Look for what outlives the fault: an open circuit breaker with a long rest, queued retries, a long "
    "Retry-After that blocks a worker, a pool of dead connections, a fallback that is never left.",
}


class RecoveryChecker:
    """The time from the end of the faults on what is called to the first question from which all is well."""

    name = "recovery"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN when later than ``within``; UNKNOWN with too few questions, or a drill that ended before."""
        assert isinstance(expectation, Recovery)
        objective = (
            f"{percent(expectation.at_least)} whole answers within {in_words(expectation.within)} after the faults"
        )
        case = Case(record, expectation, objective, True)
        healed = healing(record, expectation.forgiven)
        if isinstance(healed, str):
            return case.not_exercised(healed)
        if (unreached := case.unreached()) is not None:
            return unreached
        row = _windows(case, expectation.at_least, healed.at)
        if row["n"] < WINDOW:
            return case.too_few(row["n"], WINDOW, "question after the faults")
        if row["recovered"] is None:
            return _never(case, expectation, healed, row)
        took = row["recovered"] - healed.at if row["last_bad"] else 0.0
        when = f"{in_words(took)} after {healed.words}" if took else f"as soon as {healed.words}"
        measured = f"recovered after {in_words(took)}" if took else "recovered at once"
        finding = f"Users got whole answers again {when}{_where(record, healed)}. {_still(record, healed.at)}".strip()
        if took <= expectation.within:
            return case.held(measured, finding, samples=row["n"])
        return _late(case, healed, measured, finding, row["n"])


def _where(record: Record, healed: Healing) -> str:
    """`` (26.2s into the drill, in tail)``."""
    second = healed.at - record.drill["zero"]
    phase = next(
        (each["name"] for each in record.drill["phases"] if each["start"] <= second + 1e-6 < each["end"]), None
    )
    return f" ({second:.1f}s into the drill{f', in {phase}' if phase else ''})"


def _late(case: Case, healed: Healing, measured: str, finding: str, number: int) -> Verdict:
    """BROKEN, with what explains the failures after it."""
    condition = f"{QUESTION} AND outcome <> 'ok' AND t >= {healed.at!r} AND {case.steps}"
    why = causes(case.record, condition, case.parameters)
    return case.broken(
        measured,
        f"{finding} Of those who got none after it: {why.words}",
        samples=number,
        evidence=evidence.journeys(case.record, condition, case.parameters, "t DESC"),
        next_step=_ADVICE[why.main],
    )


def _windows(case: Case, at_least: float, healed: float) -> dict[str, Any]:
    """How many questions followed, the last window that missed the share, and the first question after its start."""
    last, *_ = case.record.rows(
        "WITH question AS (SELECT t, row_number() OVER (ORDER BY t, rowid) AS nth, "
        "sum((outcome = 'ok')::INT) OVER ahead AS answered, count(*) OVER ahead AS asked "
        f"FROM journey WHERE {QUESTION} AND t >= {healed!r} AND {case.steps} "
        f"WINDOW ahead AS (ORDER BY t, rowid ROWS BETWEEN CURRENT ROW AND {WINDOW - 1} FOLLOWING)), "
        f"bad AS (SELECT coalesce(max(nth), 0) AS nth FROM question "
        f"WHERE asked = {WINDOW} AND answered < {samples.needed(WINDOW, at_least)}) "
        "SELECT count(*) AS n, any_value(bad.nth) AS last_bad, min(t) FILTER "
        f"(question.nth > bad.nth AND asked = {WINDOW}) AS recovered, max(t) AS last FROM question, bad",
        case.parameters,
    )
    return last


def _never(case: Case, expectation: Recovery, healed: Healing, row: dict[str, Any]) -> Verdict:
    record = case.record
    stop = record.end["t"] if record.end else row["last"]
    watched = min(record.drill["zero"] + record.drill["phases"][-1]["end"], stop) - healed.at
    measured = f"not recovered {in_words(watched)} after the faults"
    finding = f"When the drill ended, {in_words(watched)} after {healed.words}, users still got too few whole answers."
    if watched < expectation.within:
        return case.unknown(
            measured,
            f"{finding} It was over before the {in_words(expectation.within)} that are allowed.",
            samples=row["n"],
            next_step="Let the drill run longer after the outage: a lower --speed, or a longer last phase.",
            longer=math.ceil(1.2 * expectation.within / max(watched, 0.1)),
        )
    return _late(case, healed, measured, f"{finding} {_still(record, healed.at)}".strip(), row["n"])


def _still(record: Record, healed: float) -> str:
    injected = record.value("SELECT count(*) FROM exchange WHERE injected AND t >= ?", [healed])
    if not injected:
        return ""
    return f"{count(injected, 'fault')} {'was' if injected == 1 else 'were'} still injected after it, by the scenario."
