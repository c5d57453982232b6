"""The platform refuses a call because the caller used up an allowance."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from brownout.config.model import Seconds
from brownout.effects import Program
from brownout.exchange import Call, Failure, FailureKind, RetryForm
from brownout.faults.base import Pace, Strike, answer_with
from brownout.faults.waits import Waits

# A lower-tier account's allowance, as the providers' own error texts quote it.
_USUAL = {
    ("requests", "minute"): 500,
    ("requests", "day"): 200,
    ("tokens", "minute"): 30_000,
    ("tokens", "day"): 1_000_000,
    ("concurrency", "minute"): 5,
}
# https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
_REASONS = {"throughput": "130429", "pair": "131056", "spam": "131048"}


class RateLimit(Waits):
    """The platform answers 429 with its own quota headers and Retry-After."""

    paced_by: ClassVar[Pace] = "bucket"

    by: Literal["requests", "tokens", "concurrency"] = "requests"
    """Which allowance is used up: calls, tokens, or calls under way at the same time."""
    per: Literal["minute", "day"] = "minute"
    """Of requests or tokens: the allowance of a minute or of a day, in the provider's words for it."""
    at_once: int | None = Field(default=None, ge=1)
    """Of concurrency: so many calls of a key may be under way; what comes on top is struck, instead of a share."""
    reason: Literal["throughput", "pair", "spam"] | None = None
    """Of WhatsApp's messages: too many from a number, too many from it to one user, or too many found to be spam."""
    retry_after: Seconds | None = 20.0
    """Wait named in Retry-After, in incident time; null leaves the header out. With a bucket: its own time."""
    header: RetryForm = "seconds"
    """How the wait is written: seconds, milliseconds (retry-after-ms), date, fractional, or a word (invalid)."""
    quota: int | None = Field(default=None, ge=1)
    """Allowance that headers and text quote; the usual one, as 500 requests a minute. With a bucket: its own."""
    quota_headers: bool = True
    """Send limit, remaining and reset headers; some real 429s have none."""
    message: str | None = None
    """Replaces the platform's text."""

    @model_validator(mode="after")
    def _counts_one_thing(self) -> Self:
        if self.reason and self.by == "tokens":
            raise ValueError(f"reason: {self.reason} counts messages, and by: tokens does not; leave one of them out")
        if self.at_once is not None and self.by != "concurrency":
            raise ValueError("at_once: counts calls that are under way, so it needs by: concurrency")
        if self.by == "concurrency" and self.per == "day":
            raise ValueError("per: calls at the same time are counted by no day; leave per out")
        return self

    @property
    def shown_by(self) -> str:
        """With a reason, WhatsApp's messages alone."""
        return "whatsapp.messages" if self.reason else self.services

    def applies(self, call: Call) -> bool:
        """With a reason, what goes to a user: to mark a message as read counts for nothing."""
        return self.reason is None or call.user is not None

    def whose(self, call: Call) -> tuple[str, ...]:
        """The API key's; with a reason, the business number's, or that of the number and one user."""
        if self.reason is None:
            return super().whose(call)
        number = call.request.path.rstrip("/").rpartition("/")[0].rpartition("/")[2]
        return (number, call.user or "") if self.reason == "pair" else (number,)

    @property
    def counts_tokens(self) -> bool:
        """What the caller sends is charged when it calls, what it gets when the answer has passed."""
        return self.by == "tokens"

    @property
    def most_at_once(self) -> int | None:
        """How many calls may be under way."""
        return self.at_once

    def wait(self, strike: Strike) -> float | None:
        """The bucket's own, where one struck and nothing else was written."""
        if strike.bucket_reset is not None and "retry_after" not in self.model_fields_set:
            return strike.bucket_reset
        return super().wait(strike)

    @property
    def waits(self) -> bool:
        """Where ``retry_after`` is given; the usual one is not every platform's to name."""
        return self.retry_after is not None and "retry_after" in self.model_fields_set and self.header != "invalid"

    def program(self, strike: Strike) -> Program:
        """The provider's rate-limit error instead of an answer."""
        wait = self.wait(strike)
        kind = FailureKind.RATE_LIMIT_TOKENS if self.by == "tokens" else FailureKind.RATE_LIMIT_REQUESTS
        reset = wait if strike.bucket_reset is None else strike.bucket_reset
        failure = Failure(
            kind,
            id=strike.id,
            message=self.message,
            retry_after=wait,
            limit=self.quota or strike.bucket_limit or self.at_once or _USUAL[self.by, self.per],
            remaining=0 if self.quota_headers else None,
            reset=reset if self.quota_headers else None,
            retry_form=self.header,
            code=_REASONS.get(self.reason or ""),
            per="at_once" if self.by == "concurrency" else self.per,
        )
        return answer_with(strike.platform.failure(failure))
