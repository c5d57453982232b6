"""The platform refuses a call because the caller used up an allowance."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from brownout.effects import Program
from brownout.exchange import Failure, FailureKind, RetryForm
from brownout.faults.base import Fault, Strike, answer_with
from brownout.model import Seconds

# A lower-tier account's allowance a minute, as the providers' own error texts quote it.
_USUAL = {"requests": 500, "tokens": 30_000}


class RateLimit(Fault):
    """The platform answers 429 with its own quota headers and Retry-After."""

    bucketed: ClassVar[bool] = True

    by: Literal["requests", "tokens"] = "requests"
    """Which allowance is used up."""
    retry_after: Seconds | None = 20.0
    """Wait named in Retry-After, in incident time; null leaves the header out. With a bucket: its own time."""
    header: RetryForm = "seconds"
    """How the wait is written: seconds, milliseconds (retry-after-ms), date, fractional, or a word (invalid)."""
    quota: int | None = Field(default=None, ge=1)
    """Allowance that headers and text quote; the usual 500 requests or 30000 tokens. With a bucket: its own."""
    quota_headers: bool = True
    """Send limit, remaining and reset headers; some real 429s have none."""
    message: str | None = None
    """Replaces the platform's text."""

    @property
    def counts_tokens(self) -> bool:
        """What the caller sends is charged when it calls, what it gets when the answer has passed."""
        return self.by == "tokens"

    def _wait(self, strike: Strike) -> float | None:
        if strike.bucket_reset is not None and "retry_after" not in self.model_fields_set:
            return strike.bucket_reset
        return None if self.retry_after is None else self.retry_after / strike.speed

    def program(self, strike: Strike) -> Program:
        """The provider's rate-limit error instead of an answer."""
        wait = self._wait(strike)
        kind = FailureKind.RATE_LIMIT_TOKENS if self.by == "tokens" else FailureKind.RATE_LIMIT_REQUESTS
        reset = wait if strike.bucket_reset is None else strike.bucket_reset
        failure = Failure(
            kind,
            id=strike.id,
            message=self.message,
            retry_after=wait,
            limit=self.quota or strike.bucket_limit or _USUAL[self.by],
            remaining=0 if self.quota_headers else None,
            reset=reset if self.quota_headers else None,
            retry_form=self.header,
        )
        return answer_with(strike.platform.failure(failure))
