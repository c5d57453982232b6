"""The platform refuses what a client asks for over an open WebSocket."""

from __future__ import annotations

from functools import partial
from typing import Literal, Self

from pydantic import Field, model_validator

from brownout.config.model import Seconds
from brownout.effects import Close, Messages, Program, Refuse
from brownout.exchange import Failure, FailureKind, Shows
from brownout.faults.base import After, AfterField, Strike
from brownout.faults.messages import OnMessages
from brownout.faults.waits import Waits

_KINDS = {
    "content_refused": FailureKind.CONTENT_REFUSED,
    "context_too_long": FailureKind.CONTEXT_TOO_LONG,
    "overloaded": FailureKind.OVERLOADED,
    "quota": FailureKind.QUOTA_EXHAUSTED,
    "rate_limit": FailureKind.RATE_LIMIT_TOKENS,
    "server_error": FailureKind.SERVER_ERROR,
}
_POLICY_VIOLATION = 1008


class WsError(Waits, OnMessages):
    """The platform answers a request that came over the WebSocket with an error message, in its own form."""

    after: AfterField = After(messages=0)
    """Where it begins: after '5 messages' of the platform; '20 calls' lets so many connections pass first."""
    error: Literal["content_refused", "context_too_long", "overloaded", "quota", "rate_limit", "server_error"] = (
        "server_error"
    )
    """Which error."""
    shows: Shows = "error"
    """How: by an error message, or by an answer that begins and has failed."""
    count: int | None = Field(default=1, ge=1)
    """How many requests; null for all that follow."""
    then: Literal["nothing", "answer", "close"] = "nothing"
    """What follows: nothing, the answer all the same, or the end of the connection (code 1008)."""
    retry_after: Seconds | None = None
    """Wait that the text of a rate limit names, in incident time."""
    message: str | None = None
    """Replaces the platform's text."""

    @model_validator(mode="after")
    def _failed_is_an_answer(self) -> Self:
        if self.shows == "failed" and self.then == "answer":
            raise ValueError("then: a failed answer is the answer; use then: nothing or close, or shows: error")
        return self

    def program(self, strike: Strike) -> Program:
        """The platform's messages, with an error in the place of an answer."""
        wait = self.wait(strike)
        failure = Failure(_KINDS[self.error], id=strike.id, message=self.message, retry_after=wait, reset=wait)
        reply = partial(strike.platform.in_messages, failure, self.shows)
        close = Close(_POLICY_VIOLATION) if self.then == "close" else None
        return (Messages(Refuse(reply, self.then == "answer", close), "platform", self.skip, self.count),)
