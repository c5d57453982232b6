"""Is every acknowledged message in the export that its user took while there was time?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, Case, count
from brownout.checkers.channels import endings, lasted
from brownout.checkers.conversations import Looks, advice
from brownout.expect import AnyExpect, ExportComplete
from brownout.verdict import Evidence, Verdict

_ADVICE = (
    "Make the export when it is asked for, from the store in which messages are acknowledged: not from a nightly copy, "
    "nor from a cache, nor page by page while others write. Ask it for more than one page."
)
_NO_EXPORT = (
    "Tell users in time, keep exports working while the platform fails, and let them take their chat before it."
)

# Somebody whose conversation so far was one iteration, which the deadline cut through, looked as soon as they could.
_EMPTY_HANDED = """
WITH wrote AS (SELECT journey, "user", min(t) AS t, min_by(rowid, t) AS step, min(iteration) AS first FROM journey
               WHERE acknowledged AND t < {deadline!r} AND {where}
               AND journey IN (SELECT DISTINCT journey FROM export) GROUP BY ALL)
SELECT * FROM wrote WHERE NOT EXISTS (
    SELECT 1 FROM export WHERE export.journey = wrote.journey AND export."user" = wrote."user"
    AND (export.t < {deadline!r} OR export.iteration <= wrote.first))
ORDER BY t
"""


@dataclass(frozen=True)
class _Exported:
    """Figures of the exports in time, who took none, and how many exports came too late to be judged."""

    figures: dict[str, int]
    without: list[dict[str, Any]]
    late: int

    @property
    def damaged(self) -> bool:
        return bool(self.figures["bad"] or self.without)


class ExportCompleteChecker:
    """What users took away, held against what had been acknowledged."""

    name = "export_complete"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one message lost, doubled, misplaced or foreign, or nothing taken in time; UNKNOWN without any."""
        assert isinstance(expectation, ExportComplete)
        case = Case(
            record,
            expectation,
            "every acknowledged message is in its user's export, in order, once, in time",
            edges=False,
        )
        if (unreached := case.unreached()) is not None:
            return unreached
        deadline = next((ending.deadline for ending in endings(record)), None)
        looks = Looks(case, "export", "took the conversation away", "at the end", _before(deadline))
        exported = _Exported(looks.figures(), _empty_handed(case, deadline), _too_late(case, deadline))
        n, acknowledged = exported.figures["n"], exported.figures["acknowledged"]
        if not n:
            return _nothing_in_time(case, exported.late)
        nothing = f", {count(len(exported.without), 'user')} without any" if exported.without else ""
        measured = (
            f"{exported.figures['bad']:,} of {count(n, 'export')} damaged{nothing}, {acknowledged:,} acknowledged"
        )
        if exported.damaged:
            return case.broken(
                measured,
                _finding(looks, exported),
                samples=n + len(exported.without),
                evidence=_proof(case, looks, exported),
                next_step=advice(exported.figures, _ADVICE) if exported.figures["bad"] else _NO_EXPORT,
            )
        if not acknowledged:
            return case.unknown(measured, "The application acknowledged no message, so there was none to take away.")
        whole = f"All {count(acknowledged, 'acknowledged message')} could be taken away by their own users."
        return case.held(measured, f"{whole}{_aside(exported.late)}", samples=n)


def _before(deadline: float | None) -> str:
    return "TRUE" if deadline is None else f"t < {deadline!r}"


def _empty_handed(case: Case, deadline: float | None) -> list[dict[str, Any]]:
    """Users who had something to take away, and had exported nothing when the channel ended."""
    end = case.record.end
    if deadline is None or end is None or end["outcome"] != "completed" or not lasted(case.record, deadline):
        return []  # cut short: who knows whether they were about to look
    return case.record.rows(_EMPTY_HANDED.format(deadline=deadline, where=case.where), case.parameters)


def _too_late(case: Case, deadline: float | None) -> int:
    if deadline is None:
        return 0
    sql = f"SELECT count(*) FROM export WHERE NOT {_before(deadline)} AND {case.where}"
    return int(case.record.value(sql, case.parameters))


def _nothing_in_time(case: Case, late: int) -> Verdict:
    if late:
        return case.unknown(
            "no export was taken in time",
            f"Users took their conversations away only after the channel had ended ({count(late, 'export')}).",
            next_step="Let the drill last longer before the deadline (a lower --speed), or shorten the journey.",
            longer=2.0,
        )
    return case.unknown(
        "no export was taken",
        "No user took a conversation away, so it is not known whether an export has all of it.",
        next_step="Add an export section to the journey in brownout.yaml: where to take the conversation away.",
    )


def _finding(looks: Looks, exported: _Exported) -> str:
    figures, parts = exported.figures, looks.damage(exported.figures)
    if figures["unreadable"]:
        parts.append(f"{count(figures['unreadable'], 'export')} could not be read at all")
    sentences = []
    if figures["bad"]:
        end = " It misses the end of conversations." if figures["stale"] else ""
        sentences.append(
            f"{figures['bad']:,} of {count(figures['n'], 'export')} came out damaged: {', '.join(parts)}.{end}"
        )
    if exported.without:
        sentences.append(
            f"{count(len(exported.without), 'user')} had acknowledged messages, and exported nothing in time."
        )
    return f"{' '.join(sentences)}{_aside(exported.late)}"


def _aside(late: int) -> str:
    return f" {count(late, 'export')} began after the channel had ended, and {_are(late)} not judged." if late else ""


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _proof(case: Case, looks: Looks, exported: _Exported) -> tuple[Evidence, ...]:
    damaged = looks.proof()
    room = EVIDENCE if not damaged else 2
    rows = case.record.rows(
        "SELECT * FROM journey WHERE list_contains(?::BIGINT[], rowid) ORDER BY t",
        [[row["step"] for row in exported.without[:room]]],
    )
    fates = evidence.faults_met(case.record, (row["canary"] for row in rows))
    without = evidence.told("journey", rows, lambda row: _empty_words(row, fates))
    return (*damaged[: EVIDENCE - len(without)], *without)


def _empty_words(row: dict[str, Any], fates: dict[str, evidence.Fate]) -> str:
    who = f"user {row['user']} ({row['journey']})"
    fate = f"; of it: {fates[row['canary']].words}" if row["canary"] in fates else ""
    return f"{who} wrote {row['canary'] or 'a message'} and had exported nothing when the channel ended{fate}"
