"""Are enough questions answered whole?"""

from __future__ import annotations

from brownout.checkers import evidence, samples
from brownout.checkers.base import Record
from brownout.checkers.case import Case, count, listing
from brownout.checkers.causes import WAIT_LESS, Causes, causes
from brownout.checkers.channels import QUESTION
from brownout.checkers.contrast import share_asked
from brownout.checkers.joins import ADVICE
from brownout.checkers.observed import Observed
from brownout.checkers.sampling import Sampling
from brownout.expect import AnyExpect, Success
from brownout.verdict import Status, Verdict

_ADVICE = {
    "error": "Retry once or twice with backoff, then fall back to another model or provider.",
    "hung": "Give each call a timeout shorter than a user's patience, and fall back when it strikes.",
    "cut": "When a stream breaks off, ask again or continue on a fallback instead of ending with it.",
    "half": "Show an answer as finished only after its end was seen (finish_reason, message_stop).",
    "empty": "Treat an empty answer as a failure: ask again or fall back.",
    "refused": "Refusing is honest; to serve these users, fall back to another model or provider, or let them queue.",
    "unreachable": "The application itself could not be reached: look at its process and its log.",
    "turned_away": "Nothing that the application sends can change this: lead its users to another channel beforehand.",
}
_UNEXPLAINED = (
    "Most of these met no fault, so it is not the platform that failed them: read the application's log at these "
    "moments, and look whether the profile's steps and reply fit the application."
)


class SuccessChecker:
    """The share of questions that ended in a whole answer, refusals counted as none."""

    name = "success"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN where the interval lies below ``at_least``; UNKNOWN where it is open, or below ``min_samples``."""
        assert isinstance(expectation, Success)
        case = Case(
            record, expectation, f"at least {share_asked(expectation.at_least)} of questions answered whole", True
        )
        if (unreached := case.unreached()) is not None:
            return unreached
        counts: dict[str, int] = {
            row["outcome"]: row["n"]
            for row in record.rows(
                f"SELECT outcome, count(*) AS n FROM journey WHERE {QUESTION} AND {case.steps} GROUP BY outcome",
                case.parameters,
            )
        }
        asked, answered = sum(counts.values()), counts.pop("ok", 0)
        if (doubt := samples.doubt(case, asked, expectation.min_samples, "question")) is not None:
            return doubt
        ruled = samples.ruling(case, expectation.at_least, "outcome = 'ok'", QUESTION)
        measured = f"{samples.in_words(answered, asked)}; {samples.between(case, ruled.interval)}"
        finding = f"{_told(counts, asked)}{_elsewhere(case)}{_at_last(case)}"
        if ruled.status is Status.HELD:
            return case.held(measured, finding, samples=asked, figure=samples.figure_of(ruled))
        if ruled.status is Status.UNKNOWN:
            return samples.open_still(case, ruled, measured, finding, asked)
        condition = f"{QUESTION} AND outcome <> 'ok' AND {case.steps}"
        why = causes(record, condition, case.parameters)
        return case.broken(
            measured,
            f"{finding} {why.words}",
            samples=asked,
            figure=samples.figure_of(ruled),
            evidence=evidence.journeys(record, condition, case.parameters),
            next_step=_advice(why, counts),
        )

    def observe(self, record: Record, expectation: AnyExpect) -> Observed:
        return samples.observed(Case(record, expectation, "", True), "(outcome = 'ok')::INT", QUESTION)

    def rule(self, observed: Observed, expectation: AnyExpect, sampling: Sampling) -> Status:
        assert isinstance(expectation, Success)
        return observed.rule(sampling, expectation.at_least).status


def _told(failed: dict[str, int], asked: int) -> str:
    """What became of so many questions, by the outcomes of those that failed."""
    if not failed:
        return f"Every one of {count(asked, 'question')} was answered whole."
    return f"{sum(failed.values()):,} of {count(asked, 'question')} got no whole answer: {listing(failed)}."


def _advice(why: Causes, counts: dict[str, int]) -> str:
    """For what explains most of the failures: how they showed, if it was a fault."""
    most = max(counts, key=lambda outcome: (counts[outcome], outcome))
    if why.main == "wait":
        return WAIT_LESS
    if why.main == "untold":
        return ADVICE
    if why.main == "nothing" and most not in ("turned_away", "unreachable"):
        return _UNEXPLAINED
    return _ADVICE.get(most, _ADVICE["error"])


def _elsewhere(case: Case) -> str:
    """How many had to be asked in another channel before they were answered."""
    sql = (
        f"SELECT count(*) FROM journey WHERE {QUESTION} AND instead_of IS NOT NULL AND outcome = 'ok' AND {case.steps}"
    )
    answered = case.record.value(sql, case.parameters)
    return f" {count(answered, 'answer')} came only after the user had asked in another channel." if answered else ""


def _at_last(case: Case) -> str:
    """How many had to be sent again before they were answered."""
    sql = f"SELECT count(*) FROM journey WHERE {QUESTION} AND attempt > 0 AND outcome = 'ok' AND {case.steps}"
    answered = case.record.value(sql, case.parameters)
    return f" {count(answered, 'answer')} came only after the user had sent the question again." if answered else ""
