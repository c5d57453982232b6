"""Does anything reach users that is none of their business?"""

from __future__ import annotations

from typing import Any

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, Case, count, listing
from brownout.expect import AnyExpect, NoLeaks
from brownout.verdict import Verdict

_LEAKY = "coalesce(len(leaks), 0) > 0"
_STORED = "coalesce(len(errors), 0) > 0"


class NoLeaksChecker:
    """Keys, tracebacks, provider pages and error texts in what users saw, or in what was stored as an answer."""

    name = "no_leaks"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one leak; UNKNOWN without any step."""
        assert isinstance(expectation, NoLeaks)
        case = Case(record, expectation, "no key, traceback or provider error reaches a user")
        if (unreached := case.unreached()) is not None:
            return unreached
        steps = record.value(f"SELECT count(*) FROM journey WHERE {case.steps}", case.parameters)
        if not steps:
            return case.too_few(0, 1, "step")
        kinds = _kinds(case)
        if not kinds:
            return case.held("0 leaks", f"Nothing leaked in {count(steps, 'step')}.", samples=steps)
        proofs = evidence.journeys(record, f"{_LEAKY} AND {case.steps}", case.parameters, apart="leaks")
        snippet = next((proof.row["detail"] for proof in proofs if proof.row.get("detail")), None)
        stored = record.rows(
            f"SELECT * FROM history WHERE {_STORED} AND {case.where} ORDER BY t LIMIT 2", case.parameters
        )
        return case.broken(
            count(sum(kinds.values()), "leak"),
            f"Users were shown what they must never see: {listing(kinds)}."
            f"{f' For example: {snippet}' if snippet else ''}",
            samples=steps,
            evidence=(*proofs, *evidence.told("history", stored, _stored))[:EVIDENCE],
            next_step="Catch provider errors where the reply is built, log them, and show a message of your own.",
        )


def _kinds(case: Case) -> dict[str, int]:
    """Kind of leak → how often."""
    kinds: dict[str, int] = {
        row["kind"]: row["n"]
        for row in case.record.rows(
            "SELECT kind, count(*) AS n FROM "
            f"(SELECT unnest(leaks) AS kind FROM journey WHERE {case.steps}) GROUP BY kind",
            case.parameters,
        )
    }
    stored = case.record.value(
        f'SELECT count(*) FROM (SELECT DISTINCT journey, "user", unnest(errors) FROM history WHERE {case.where})',
        case.parameters,
    )
    return {**kinds, "error stored as an answer": int(stored)} if stored else kinds


def _stored(row: dict[str, Any]) -> str:
    return f"user {row['user']} found an error stored as an answer"
