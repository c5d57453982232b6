"""Does an answer still know what its conversation was about, and nothing of anybody else's?"""

from __future__ import annotations

from typing import Any

from brownout.calls.canary import is_stranger
from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import Case, count
from brownout.expect import AnyExpect, ContextKept
from brownout.verdict import Verdict

_FOREIGN = 'coalesce(len("foreign"), 0) > 0'


class ContextKeptChecker:
    """Canaries of earlier questions, in answers to later ones."""

    name = "context_kept"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one answer that forgot, or that knows too much; UNKNOWN where no answer had anything to know."""
        assert isinstance(expectation, ContextKept)
        case = Case(record, expectation, _objective(expectation))
        if (unreached := case.unreached()) is not None:
            return unreached
        forgot = _forgot(expectation)
        row = record.rows(
            f"SELECT count(*) FILTER (earlier > 0) AS n, count(*) FILTER ({forgot}) AS forgot, "
            f"count(*) FILTER ({_FOREIGN}) AS crossed FROM journey WHERE asks AND {case.steps}",
            case.parameters,
        )[0]
        measured = f"{row['forgot']:,} of {count(row['n'], 'later answer')} forgot, {row['crossed']:,} named a stranger"
        if row["forgot"] or row["crossed"]:
            return _broken(case, row, measured, forgot)
        if not row["n"]:
            return _nothing_to_know(case, measured)
        known = f"All {count(row['n'], 'later answer')} knew what had been said before, and of nobody else."
        return case.held(measured, known, samples=row["n"])


def _objective(expectation: ContextKept) -> str:
    what = (
        f"the last {count(expectation.turns, 'turn')}" if expectation.turns else "everything that was answered before"
    )
    return f"an answer knows {what} in its conversation, and nothing of another's"


def _forgot(expectation: ContextKept) -> str:
    """SQL for: this answer forgot a question, of so many turns ago at most."""
    if expectation.turns is None:
        return "coalesce(len(forgotten), 0) > 0"
    return (
        "rowid IN (WITH step AS (SELECT rowid AS r, canary, forgotten, row_number() OVER "
        '(PARTITION BY journey, "user" ORDER BY iteration, turn) AS nth FROM journey '
        "WHERE again IS NOT TRUE AND (asks OR canary IS NOT NULL)), "
        "later AS (SELECT r, nth, unnest(forgotten) AS mark FROM step) "
        "SELECT later.r FROM later JOIN step ON step.canary = mark "
        f"WHERE later.nth - step.nth <= {expectation.turns})"
    )


def _broken(case: Case, row: dict[str, Any], measured: str, forgot: str) -> Verdict:
    parts = []
    if row["forgot"]:
        share = f"{row['forgot']:,} of {count(row['n'], 'later answer')}"
        parts.append(f"{share} did not know what had been said before in their conversation")
    if row["crossed"]:
        parts.append(f"{count(row['crossed'], 'answer')} knew what another user had said{_whose(case)}")
    return case.broken(
        measured,
        f"{'; '.join(parts)}.",
        samples=row["n"],
        evidence=evidence.journeys(
            case.record, f"asks AND ({forgot} OR {_FOREIGN}) AND {case.steps}", case.parameters, apart=_FOREIGN
        ),
        next_step=_advice(row),
    )


def _whose(case: Case) -> str:
    """Whether that user exists, or was made up by a fault."""
    marks = case.record.value(
        f'SELECT flatten(list("foreign")) FROM journey WHERE asks AND {_FOREIGN} AND {case.steps}', case.parameters
    )
    made_up = sum(map(is_stranger, marks or ()))
    return f" ({count(made_up, 'message')} made up by a fault)" if made_up else ""


def _advice(row: dict[str, Any]) -> str:
    if row["crossed"]:
        return (
            "Find where the context is put together: what one user said must never be sent for another. Treat it as a "
            "security defect."
        )
    return (
        "Build the context from a store of your own, in order, and send it whole; where it must be cut, keep a "
        "summary. Have a way back for a conversation that the platform no longer knows."
    )


def _nothing_to_know(case: Case, measured: str) -> Verdict:
    if not case.record.drill.get("sentinel", True):
        return case.unknown(
            measured,
            "Only the stand-in's answers name what they remember.",
            next_step="Drill with upstream: stand-in, or leave this expectation out.",
        )
    return case.unknown(
        measured,
        "No conversation had a second answer, so there was nothing to remember.",
        next_step="Give the journey a step that asks more than once (repeat: 5).",
    )
