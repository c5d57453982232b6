"""Does a streamed answer begin soon enough?"""

from __future__ import annotations

from brownout.checkers import quantile
from brownout.checkers.base import Record
from brownout.checkers.case import Case
from brownout.checkers.contrast import wait_asked
from brownout.checkers.observed import Observed
from brownout.checkers.sampling import Sampling
from brownout.expect import AnyExpect, FirstToken
from brownout.verdict import Status, Verdict

# A step that streamed to anybody is a streamed step: one that failed may not have come as far as streaming.
_STREAMED = "(journey, step) IN (SELECT (journey, step) FROM journey WHERE streamed)"
_WAITED = "coalesce(first_token, duration)"
_ADVICE = (
    "Set a timeout for the first token that is shorter than the one for the whole answer, "
    "and fall back while nothing has been shown yet."
)


class FirstTokenChecker:
    """A quantile of the time to the first token; who saw none counts as having waited to the end."""

    name = "first_token"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN above the limit; UNKNOWN below ``min_samples`` streamed questions."""
        assert isinstance(expectation, FirstToken)
        (name, limit), *_ = expectation.limits.items()
        objective = f"{name[1:]}% of users of streamed answers see the first token within {wait_asked(limit)}"
        case = Case(record, expectation, objective, True)
        if (unreached := case.unreached()) is not None:
            return unreached
        if not record.value("SELECT count(*) FROM journey WHERE asks AND streamed"):
            return case.unknown(
                "no streamed answer",
                "No answer was streamed to anybody, so there is no first token to time.",
                next_step="Set reply.sse or reply.text on the step that streams, or drop this expectation.",
            )
        return quantile.verdict_on(
            case, expectation.limits, expectation.min_samples, _WAITED, "the first token", _STREAMED, _ADVICE
        )

    def observe(self, record: Record, expectation: AnyExpect) -> Observed:
        assert isinstance(expectation, FirstToken)
        return quantile.observed(Case(record, expectation, "", True), expectation.limits, _WAITED, _STREAMED)

    def rule(self, observed: Observed, expectation: AnyExpect, sampling: Sampling) -> Status:
        assert isinstance(expectation, FirstToken)
        return quantile.rule(observed, expectation.limits, sampling)
