"""Where one channel gives no answer, does the other one, and does it know the conversation?"""

from __future__ import annotations

from brownout.checkers import evidence, samples
from brownout.checkers.base import Record
from brownout.checkers.case import Case, count, listing
from brownout.checkers.contrast import share_asked
from brownout.checkers.observed import Observed
from brownout.checkers.sampling import Sampling
from brownout.expect import AnyExpect, Failover
from brownout.verdict import Status, Verdict

_FORGOT = "outcome = 'ok' AND coalesce(len(forgotten), 0) > 0"
_GOOD = "outcome = 'ok' AND coalesce(len(forgotten), 0) = 0"
_TAKEN = "instead_of IS NOT NULL AND again IS NOT TRUE"


class FailoverChecker:
    """Steps that were taken instead of others, because these brought no answer."""

    name = "failover"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN below ``at_least`` of whole answers that know what was said; UNKNOWN below ``min_samples``."""
        assert isinstance(expectation, Failover)
        objective = (
            f"at least {share_asked(expectation.at_least)} of questions answered in the other channel, as one chat"
        )
        case = Case(record, expectation, objective, True)
        if (unreached := case.unreached()) is not None:
            return unreached
        where = f"{_TAKEN} AND {case.steps}"
        row = record.rows(
            f"SELECT count(*) AS n, count(*) FILTER ({_GOOD}) AS good, count(*) FILTER ({_FORGOT}) AS forgot "
            f"FROM journey WHERE {where}",
            case.parameters,
        )[0]
        if not row["n"]:
            return _never_taken(case, expectation.min_samples)
        what = "question that went to another channel"
        if (doubt := samples.doubt(case, row["n"], expectation.min_samples, what)) is not None:
            return doubt
        ruled = samples.ruling(case, expectation.at_least, _GOOD, _TAKEN)
        measured = f"{samples.in_words(row['good'], row['n'])}; {samples.between(case, ruled.interval)}"
        failed = _failed(case, where)
        finding = _finding(row["n"], row["forgot"], failed)
        if ruled.status is Status.HELD:
            return case.held(measured, finding, samples=row["n"], figure=samples.figure_of(ruled))
        if ruled.status is Status.UNKNOWN:
            return samples.open_still(case, ruled, measured, finding, row["n"])
        return case.broken(
            measured,
            finding,
            samples=row["n"],
            figure=samples.figure_of(ruled),
            evidence=evidence.journeys(record, f"NOT ({_GOOD}) AND {where}", case.parameters),
            next_step=_advice(row["forgot"], sum(failed.values())),
        )

    def observe(self, record: Record, expectation: AnyExpect) -> Observed:
        case = Case(record, expectation, "", True)
        return samples.observed(case, f"({_GOOD})::INT", _TAKEN)

    def rule(self, observed: Observed, expectation: AnyExpect, sampling: Sampling) -> Status:
        assert isinstance(expectation, Failover)
        return observed.rule(sampling, expectation.at_least).status


def _failed(case: Case, where: str) -> dict[str, int]:
    """Outcome → how many, of those that brought no whole answer here either."""
    rows = case.record.rows(
        f"SELECT outcome, count(*) AS n FROM journey WHERE outcome <> 'ok' AND {where} GROUP BY outcome",
        case.parameters,
    )
    return {row["outcome"]: row["n"] for row in rows}


def _finding(asked: int, forgot: int, failed: dict[str, int]) -> str:
    parts = []
    if failed:
        parts.append(f"{sum(failed.values()):,} got no whole answer there either: {listing(failed)}")
    if forgot:
        parts.append(f"{count(forgot, 'answer')} did not know what had been said before in the conversation")
    what = f"{count(asked, 'question')} asked in another channel"
    if not parts:
        return f"Every one of {what} was answered there, by somebody who knew the conversation."
    return f"Of {what}, {'; '.join(parts)}."


def _advice(forgot: int, failed: int) -> str:
    if forgot >= failed:
        return (
            "Keep conversations in a store of your own, by person and not by channel: link the phone number to the "
            "account, and build the context from all that this person has said."
        )
    return (
        "See that the other channel depends on nothing that fails with the first: its own queue, its own workers, its "
        "own limits, and another platform where the first one's model is what is down."
    )


def _never_taken(case: Case, needed: int) -> Verdict:
    row = case.record.rows(
        f"SELECT count(*) AS n, count(*) FILTER (outcome <> 'ok') AS failed FROM journey WHERE asks AND {case.steps}",
        case.parameters,
    )[0]
    if not row["n"]:
        return case.too_few(0, needed, "question")
    if not row["failed"]:
        return case.not_exercised("every question was answered where it was asked first")
    return case.unknown(
        "nothing was asked in another channel",
        f"{row['failed']:,} of {count(row['n'], 'question')} got no whole answer, and no user tried another channel.",
        next_step="Give the journey a step with instead_of in brownout.yaml: what a user does where the first channel "
        "gives no answer.",
    )
