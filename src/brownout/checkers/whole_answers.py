"""Is half an answer ever shown, stored, or acted on, as a whole one?"""

from __future__ import annotations

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, Case, count
from brownout.checkers.half_deeds import Deeds, deeds_of, proof
from brownout.checkers.joins import joins_of, open_by
from brownout.expect import AnyExpect, WholeAnswers
from brownout.verdict import Evidence, Verdict

_SHOWN = (
    "Take an answer as finished only when the provider said so (finish_reason, message_stop); an SDK that raises "
    "nothing is no proof. Mark what broke off, and do not store it as whole."
)
_DONE = (
    "Carry a tool call out only when the provider said that it is whole (finish_reason: tool_calls, stop_reason: "
    "tool_use) and its arguments parse and fit the schema: never what a lenient parser makes of the beginning."
)


class WholeAnswersChecker:
    """Answers that ended well for the user, lie in the history, or were acted on, without their end."""

    name = "whole_answers"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one half answer; UNKNOWN where no answer ended well at all, and nothing was done."""
        assert isinstance(expectation, WholeAnswers)
        case = Case(record, expectation, "no half answer is shown, stored or acted on as a whole one")
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
        deeds = deeds_of(case)
        if not row["shown"] and not stored and not deeds.judged:
            return case.too_few(0, 1, "answer that ended well")
        measured = f"{row['half']:,} shown, {stored:,} stored as whole, of {count(row['shown'], 'answer')}"
        if deeds.judged:
            measured += f"; {deeds.broken:,} of {count(deeds.judged, 'action')} from half of what the model said"
        samples = row["shown"] or deeds.judged
        if row["half"] or stored or deeds.broken:
            return _broken(case, measured, samples, row["half"], stored, deeds)
        return _unbroken(case, measured, samples, row["shown"], deeds)


def _unbroken(case: Case, measured: str, samples: int, shown: int, deeds: Deeds) -> Verdict:
    if not case.record.drill.get("sentinel", True):
        return case.unknown(
            measured,
            "Half answers could not be told from whole ones: only the stand-in's end with a mark, and only "
            "journeys of the profile look for it.",
            samples=samples,
            next_step="Drill with upstream: stand-in and with journeys, or leave this expectation out.",
        )
    if deeds.doubtful:
        return case.unknown(
            measured,
            f"{count(deeds.doubtful, 'action')} of questions that met a fault may come from half of the model's words: "
            "their end is not there. But it is not there without a fault either, or nothing was done without one.",
            samples=samples,
            next_step="Let the application show what the model said in full (effects), or let it answer more questions "
            "before the outage.",
        )
    joins = joins_of(case.record, "injected AND delivered")
    if deeds.unexplained and joins.weak:
        half = f"{count(deeds.unexplained, 'action')} without the end of the model's words may be of these."
        return open_by(case, joins, measured, half, samples)
    finding = f"All {shown:,} answers shown as whole were whole."
    if deeds.judged:
        finding += f" {count(deeds.judged, 'action')} came from whole words, too."
    elif case.record.value(f"SELECT count(*) FROM effects WHERE made > 0 AND {case.where}", case.parameters):
        finding += " Whether what was done came from whole words does not show: no effect holds what the model said."
    return case.held(measured, finding, samples=samples)


def _broken(case: Case, measured: str, samples: int, half: int, stored: int, deeds: Deeds) -> Verdict:
    finding = (
        f"{count(half, 'half answer')} ended as if nothing were missing, and {stored:,} "
        f"{'is' if stored == 1 else 'are'} stored that way: nobody can see that the rest is lost."
    )
    acted = f"{count(deeds.broken, 'time')} the application acted on half of what the model said, as if it were all."
    parts = [finding] * bool(half or stored) + [acted] * bool(deeds.broken)
    done = proof(case, deeds) if deeds.broken else ()
    shown = _proof(case) if half or stored else ()
    return case.broken(
        measured,
        " ".join(parts),
        samples=samples,
        evidence=(*shown[: EVIDENCE - min(2, len(done))], *done)[:EVIDENCE],
        next_step=" ".join([_DONE] * bool(deeds.broken) + [_SHOWN] * bool(half or stored)),
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
