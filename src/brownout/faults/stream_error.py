"""The platform reports an error inside a stream that began well."""

from __future__ import annotations

from functools import partial
from typing import Literal, Self

from pydantic import model_validator

from brownout.config.model import Seconds
from brownout.effects import End, Program, Sequel
from brownout.exchange import Failure, FailureKind
from brownout.faults.base import Positioned, Strike
from brownout.faults.waits import Waits

# https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ModelStreamErrorException.html
_FAILED_DEPENDENCY = 424
_KINDS = {
    "server_error": FailureKind.SERVER_ERROR,
    "overloaded": FailureKind.OVERLOADED,
    "rate_limit": FailureKind.RATE_LIMIT_TOKENS,
}


class StreamError(Waits, Positioned):
    """The platform sends an error event inside a 200 stream and ends it."""

    error: Literal["server_error", "overloaded", "rate_limit", "model_error"] = "server_error"
    """Which error; model_error is Bedrock's modelStreamErrorException."""
    retry_after: Seconds | None = None
    """Wait that the text of a rate limit names, in incident time; some clients read it there."""
    message: str | None = None
    """Replaces the platform's text."""

    @property
    def shown_by(self) -> str:
        """A model's own error is Bedrock's alone."""
        return "bedrock.*" if self.error == "model_error" else self.services

    @model_validator(mode="after")
    def _whole_events(self) -> Self:
        if self.after.bytes is not None:
            raise ValueError("after: an error comes between two events, so stream_error takes '8 events', not bytes")
        return self

    @property
    def waits(self) -> bool:
        """Where ``retry_after`` is given and the text names it."""
        return self.retry_after is not None and self.error == "rate_limit" and self.message is None

    def program(self, strike: Strike) -> Program:
        """The beginning of the platform's stream, then its error event."""
        wait = self.wait(strike)
        status = _FAILED_DEPENDENCY if self.error == "model_error" else None
        kind = _KINDS.get(self.error, FailureKind.SERVER_ERROR)
        failure = Failure(kind, id=strike.id, status=status, message=self.message, retry_after=wait, reset=wait)
        return (self.passed, Sequel(partial(strike.platform.stream_failure, failure)), End())
