"""How long after the fault healed until users get whole answers again, for good?"""

from __future__ import annotations

import math
from typing import Any

from brownout.checkers import evidence, samples
from brownout.checkers.base import Record
from brownout.checkers.case import Case, count, percent
from brownout.checkers.channels import QUESTION
from brownout.config.units import in_words
from brownout.expect import AnyExpect, Recovery
from brownout.scenario import OUTAGES
from brownout.verdict import Evidence, Verdict

WINDOW = 20
"""Recovered means: from here on, every so many questions in a row reach the share."""

_ADVICE = (
    "Look for what outlives the fault: an open circuit breaker with a long rest, queued retries, a long Retry-After "
    "that blocks a worker, a pool of dead connections, a fallback that is never left."
)


class RecoveryChecker:
    """The time from the end of the last outage phase to the first question from which all is well."""

    name = "recovery"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN when later than ``within``; UNKNOWN with too few questions, or a drill that ended before."""
        assert isinstance(expectation, Recovery)
        objective = (
            f"{percent(expectation.at_least)} whole answers within {in_words(expectation.within)} after the outage"
        )
        case = Case(record, expectation, objective, True)
        healed = _healed(record)
        if isinstance(healed, str):
            return case.not_exercised(healed)
        if (unreached := case.unreached()) is not None:
            return unreached
        row = _windows(case, expectation.at_least, healed)
        if row["n"] < WINDOW:
            return case.too_few(row["n"], WINDOW, "question after the outage")
        if row["recovered"] is None:
            return _never(case, expectation, healed, row)
        took = row["recovered"] - healed if row["last_bad"] else 0.0
        when = f"{in_words(took)} after the outage had ended" if took else "as soon as the outage had ended"
        measured = f"recovered after {in_words(took)}" if took else "recovered at once"
        finding = f"Users got whole answers again {when}. {_still(record, healed)}"
        if took <= expectation.within:
            return case.held(measured, finding.strip(), samples=row["n"])
        return case.broken(
            measured, finding.strip(), samples=row["n"], evidence=_failures(case, healed), next_step=_ADVICE
        )


def _healed(record: Record) -> float | str:
    """The monotonic second at which the last outage phase was over, or why there is none."""
    phases = record.drill["phases"]
    outages = [index for index, phase in enumerate(phases) if phase["impact"] in OUTAGES]
    if not outages:
        return "this scenario has no outage to recover from"
    if outages[-1] == len(phases) - 1:
        return "this scenario's outage lasts to its end"
    return float(record.drill["zero"] + phases[outages[-1] + 1]["start"])


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


def _never(case: Case, expectation: Recovery, healed: float, row: dict[str, Any]) -> Verdict:
    record = case.record
    stop = record.end["t"] if record.end else row["last"]
    watched = min(record.drill["zero"] + record.drill["phases"][-1]["end"], stop) - healed
    measured = f"not recovered {in_words(watched)} after the outage"
    finding = f"When the drill ended, {in_words(watched)} after the outage, users still got too few whole answers."
    if watched < expectation.within:
        return case.unknown(
            measured,
            f"{finding} It was over before the {in_words(expectation.within)} that are allowed.",
            samples=row["n"],
            next_step="Let the drill run longer after the outage: a lower --speed, or a longer last phase.",
            longer=math.ceil(1.2 * expectation.within / max(watched, 0.1)),
        )
    return case.broken(
        measured,
        f"{finding} {_still(record, healed)}".strip(),
        samples=row["n"],
        evidence=_failures(case, healed),
        next_step=_ADVICE,
    )


def _failures(case: Case, healed: float) -> tuple[Evidence, ...]:
    condition = f"{QUESTION} AND outcome <> 'ok' AND t >= {healed!r} AND {case.steps}"
    return evidence.journeys(case.record, condition, case.parameters, "t DESC")


def _still(record: Record, healed: float) -> str:
    injected = record.value("SELECT count(*) FROM exchange WHERE injected AND t >= ?", [healed])
    if not injected:
        return ""
    return f"{count(injected, 'fault')} {'was' if injected == 1 else 'were'} still injected after it, by the scenario."
