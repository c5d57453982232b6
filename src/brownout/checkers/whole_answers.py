"""Is half an answer ever shown, or stored, as a whole one?"""

from __future__ import annotations

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, Case, count
from brownout.expect import AnyExpect, WholeAnswers
from brownout.verdict import Evidence, Verdict


class WholeAnswersChecker:
    """Answers that ended well for the user, or lie in the history, without their end."""

    name = "whole_answers"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one half answer; UNKNOWN where no answer ended well at all."""
        assert isinstance(expectation, WholeAnswers)
        case = Case(record, expectation, "no half answer is shown or stored as a whole one")
        if (unreached := case.unreached()) is not None:
            return unreached
        row = record.rows(
            "SELECT count(*) FILTER (outcome IN ('ok', 'half')) AS shown, count(*) FILTER (outcome = 'half') AS half "
            f"FROM journey WHERE asks AND {case.steps}",
            case.parameters,
        )[0]
        # A conversation that goes on is looked at again and again, and shows the same half answer every time.
        stored = record.value(
            f'SELECT count(*) FROM (SELECT DISTINCT journey, "user", unnest(half) FROM history WHERE {case.where})',
            case.parameters,
        )
        if not row["shown"] and not stored:
            return case.too_few(0, 1, "answer that ended well")
        measured = f"{row['half']:,} shown, {stored:,} stored as whole, of {count(row['shown'], 'answer')}"
        if not row["half"] and not stored and not record.drill.get("sentinel", True):
            return case.unknown(
                measured,
                "Half answers could not be told from whole ones: only the stand-in's end with a mark, and only "
                "journeys of the profile look for it.",
                samples=row["shown"],
                next_step="Drill with upstream: stand-in and with journeys, or leave this expectation out.",
            )
        if not row["half"] and not stored:
            return case.held(measured, f"All {row['shown']:,} answers shown as whole were whole.", samples=row["shown"])
        return case.broken(
            measured,
            f"{count(row['half'], 'half answer')} ended as if nothing were missing, and {stored:,} "
            f"{'is' if stored == 1 else 'are'} stored that way: nobody can see that the rest is lost.",
            samples=row["shown"],
            evidence=_proof(case),
            next_step="Take an answer as finished only when the provider said so (finish_reason, message_stop); "
            "an SDK that raises nothing is no proof. Mark what broke off, and do not store it as whole.",
        )


def _proof(case: Case) -> tuple[Evidence, ...]:
    shown = evidence.journeys(case.record, f"asks AND outcome = 'half' AND {case.steps}", case.parameters)
    rows = case.record.rows(
        f"SELECT * FROM history WHERE len(half) > 0 AND {case.where} ORDER BY t LIMIT 2", case.parameters
    )
    fates = evidence.faults_met(case.record, (row["half"][0] for row in rows))
    stored = evidence.told(
        "history",
        rows,
        lambda row: f"user {row['user']} found half an answer stored as whole; {fates[row['half'][0]].words}",
    )
    return (*shown[: EVIDENCE - len(stored)], *stored)
