"""Does the end of the answer come soon enough?"""

from __future__ import annotations

from brownout.checkers import quantile
from brownout.checkers.base import Record
from brownout.checkers.case import Case
from brownout.checkers.contrast import wait_asked
from brownout.checkers.observed import Observed
from brownout.checkers.sampling import Sampling
from brownout.expect import AnyExpect, Latency
from brownout.verdict import Status, Verdict

_ADVICE = (
    "Bound the whole request, not each attempt: retries, backoff and Retry-After add up. "
    "Set one deadline and fall back while there is time left."
)


class LatencyChecker:
    """A quantile of the time from question to end; who got no answer counts as having waited until the end."""

    name = "latency"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN above the limit; UNKNOWN below ``min_samples``."""
        assert isinstance(expectation, Latency)
        (name, limit), *_ = expectation.limits.items()
        case = Case(record, expectation, f"{name[1:]}% of users have their answer within {wait_asked(limit)}", True)
        if (unreached := case.unreached()) is not None:
            return unreached
        return quantile.verdict_on(
            case, expectation.limits, expectation.min_samples, "duration", "the end of the answer", "TRUE", _ADVICE
        )

    def observe(self, record: Record, expectation: AnyExpect) -> Observed:
        assert isinstance(expectation, Latency)
        return quantile.observed(Case(record, expectation, "", True), expectation.limits, "duration", "TRUE")

    def rule(self, observed: Observed, expectation: AnyExpect, sampling: Sampling) -> Status:
        assert isinstance(expectation, Latency)
        return quantile.rule(observed, expectation.limits, sampling)
