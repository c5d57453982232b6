"""Does a message ever lead to its effect twice?"""

from __future__ import annotations

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, Case, count
from brownout.expect import AnyExpect, NoDuplicateEffects
from brownout.verdict import Evidence, Verdict


class NoDuplicateEffectsChecker:
    """What users found that the application had done for them."""

    name = "no_duplicate_effects"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one message that led to two effects; UNKNOWN where nobody could look, or nothing was done."""
        assert isinstance(expectation, NoDuplicateEffects)
        case = Case(record, expectation, "no message leads to its effect twice", edges=False)
        if (unreached := case.unreached()) is not None:
            return unreached
        row = record.rows(
            "SELECT count(*) FILTER (readable) AS seen, count(*) FILTER (NOT readable) AS unseen, "
            "coalesce(sum(made), 0)::BIGINT AS made, coalesce(sum(len(duplicated)), 0)::BIGINT AS doubled "
            f"FROM effects WHERE {case.where}",
            case.parameters,
        )[0]
        measured = f"{count(row['doubled'], 'message')} with more than one, of {count(row['made'], 'effect')}"
        if row["doubled"]:
            return case.broken(
                measured,
                f"{count(row['doubled'], 'message')} led to the same effect more than once.{_resent(case)}",
                samples=row["made"],
                evidence=_proof(case),
                next_step="Give each turn an idempotency key, and let the ledger refuse a second effect for it. Repeat "
                "the call that failed, not the whole turn with the tools that it has used.",
            )
        if row["unseen"] or not row["made"]:
            return _unseen(case, measured, row["unseen"], row["made"])
        return case.held(measured, f"All {count(row['made'], 'effect')} happened once.", samples=row["made"])


def _resent(case: Case) -> str:
    """How many of these had been sent again by their users."""
    messages = case.record.value(
        f"SELECT count(DISTINCT mark) FROM (SELECT unnest(duplicated) AS mark FROM effects WHERE {case.where}) "
        "WHERE mark IN (SELECT canary FROM journey WHERE attempt > 0)",
        case.parameters,
    )
    return f" {count(messages, 'message')} of these had been sent again by their users." if messages else ""


def _unseen(case: Case, measured: str, unseen: int, made: int) -> Verdict:
    if unseen:
        return case.unknown(
            measured,
            f"{count(unseen, 'look')} at the effects failed, so what was done is not known.",
            samples=made,
            next_step="Let the application show its effects whatever the platform does, and see effects.get and "
            "effects.items of the journey.",
        )
    return case.unknown(
        measured,
        "The journal holds no effect of any message.",
        next_step="Give the journey effects (get, items, about), and a message that leads to one.",
    )


def _proof(case: Case) -> tuple[Evidence, ...]:
    rows = case.record.rows(
        f"SELECT * FROM effects WHERE len(duplicated) > 0 AND {case.where} ORDER BY t LIMIT {EVIDENCE}",
        case.parameters,
    )
    fates = evidence.faults_met(case.record, (mark for row in rows for mark in row["duplicated"]))
    return evidence.told(
        "effects",
        rows,
        lambda row: (
            f"user {row['user']} looked: {count(len(row['duplicated']), 'message')} with more than one effect; of "
            f"{row['duplicated'][0]}: {fates[row['duplicated'][0]].words}"
        ),
    )
