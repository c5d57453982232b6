"""Can every accepted message be read afterwards, in order, once, and nobody else's?"""

from __future__ import annotations

from typing import Any

from brownout.canary import is_stranger
from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, Case, count
from brownout.expect import AnyExpect, HistoryKept
from brownout.verdict import Evidence, Verdict

_WRONG = {
    "missing": "missing",
    "duplicated": "shown more than once",
    "reordered": "out of order",
    "foreign": "of another user",
    "errors": "replaced by an error stored as the answer",
}
_HINTS = ("stale", "late")  # of what is missing
_LISTED = " OR ".join(f'coalesce(len("{name}"), 0) > 0' for name in _WRONG)
_BAD = f"(NOT readable OR {_LISTED})"


class HistoryKeptChecker:
    """What users found when they looked at their conversation again."""

    name = "history_kept"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one lost, doubled, misplaced or foreign message; UNKNOWN where nobody looked."""
        assert isinstance(expectation, HistoryKept)
        case = Case(
            record, expectation, "every accepted message can be read afterwards, in order, once, by its user only"
        )
        if case.absent:
            return case.not_exercised(case.absent)
        row = _look(case)
        if not row["n"]:
            return case.unknown(
                "no history was read",
                "No user looked at a conversation afterwards, so it is not known whether messages were kept.",
                next_step="Add a history section to the journey in brownout.yaml: where to read the conversation.",
            )
        measured = (
            f"{row['bad']:,} of {count(row['n'], 'conversation')} damaged, {row['acknowledged']:,} messages accepted"
        )
        if row["bad"]:
            return case.broken(measured, _finding(row), samples=row["n"], evidence=_proof(case), next_step=_advice(row))
        if not row["acknowledged"]:
            return case.unknown(measured, "The application accepted no message, so there was none to keep.")
        kept = f"All {count(row['acknowledged'], 'accepted message')} could be read again by their own users."
        return case.held(measured, kept, samples=row["n"])


def _look(case: Case) -> dict[str, Any]:
    names = (*_WRONG, *_HINTS)
    sums = ", ".join(f'coalesce(sum(len("{name}")), 0)::BIGINT AS "{name}"' for name in names)
    return case.record.rows(
        f"SELECT count(*) AS n, count(*) FILTER {_BAD} AS bad, count(*) FILTER (NOT readable) AS unreadable, "
        f"coalesce(sum(acknowledged), 0)::BIGINT AS acknowledged, {sums} FROM history WHERE {case.where}",
        case.parameters,
    )[0]


def _finding(row: dict[str, Any]) -> str:
    parts = [f"{count(row[name], 'message')} {words}" for name, words in _WRONG.items() if row[name]]
    if hints := _hints(row["stale"], row["late"]):
        parts[0] += hints  # what is missing comes first
    if row["unreadable"]:
        parts.append(f"{count(row['unreadable'], 'conversation')} could not be read at all")
    return f"{row['bad']:,} of {count(row['n'], 'conversation')} came out damaged: {', '.join(parts)}."


def _hints(stale: int, late: int) -> str:
    """What kind of missing it is."""
    kinds = ([f"{stale:,} at the end, as in an old version"] if stale else []) + (
        [f"{late:,} there at a second look: late, not lost"] if late else []
    )
    return f" ({'; '.join(kinds)})" if kinds else ""


def _advice(row: dict[str, Any]) -> str:
    if row["foreign"]:
        return (
            "Find where conversations are keyed: a user must never see another user's. Treat it as a security defect."
        )
    if row["missing"] and row["late"] == row["missing"] and not row["unreadable"]:
        return "Show users what they just wrote from a store of your own, or read it again until it is there."
    if row["missing"] or row["unreadable"]:
        return (
            "Store the user's message before calling the platform, in a store of your own; keep it when the call fails."
        )
    if row["duplicated"] or row["reordered"]:
        return "Give each message an id of its own and make storing it idempotent, so that a retry cannot add it twice."
    return "Keep failures out of the conversation: show them, but do not store them as the assistant's answer."


def _proof(case: Case) -> tuple[Evidence, ...]:
    rows = case.record.rows(
        f"SELECT * FROM history WHERE {_BAD} AND {case.where} "
        f'ORDER BY len("foreign") DESC, len(missing) DESC, t LIMIT {EVIDENCE}',
        case.parameters,
    )
    fates = evidence.faults_met(case.record, (canary for row in rows for canary in _canaries(row)))
    owners = _owners(case.record, [mark for row in rows for mark in row["foreign"] or ()])
    return evidence.told("history", rows, lambda row: _words(row, fates, owners))


def _owners(record: Record, marks: list[str]) -> dict[str, str]:
    """Who wrote these messages, as far as the journal knows."""
    wrote = record.rows(
        'SELECT DISTINCT canary, journey, "user" FROM journey WHERE list_contains(?::VARCHAR[], canary)', [marks]
    )
    owners = {row["canary"]: f"user {row['user']} ({row['journey']})" for row in wrote}
    return {mark: "nobody: made up by a fault" for mark in marks if is_stranger(mark)} | owners


def _canaries(row: dict[str, Any]) -> list[str]:
    return [canary for name in _WRONG for canary in row[name] or ()]


def _words(row: dict[str, Any], fates: dict[str, evidence.Fate], owners: dict[str, str]) -> str:
    wrong = [f"{count(len(row[name]), 'message')} {words}" for name, words in _WRONG.items() if row[name]]
    if hints := _hints(len(row["stale"] or ()), len(row["late"] or ())):
        wrong[0] += hints
    wrong += [f"{mark} is of {owners[mark]}" for mark in row["foreign"] or () if mark in owners][:1]
    seen = ", ".join(wrong) if row["readable"] else "the conversation could not be read"
    told = next((f"; of {canary}: {fates[canary].words}" for canary in _canaries(row) if canary in fates), "")
    return f"user {row['user']} looked: {seen}{told}"
