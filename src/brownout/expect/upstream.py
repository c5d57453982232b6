"""Expectations about the calls that an application makes to the platform. Pure."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from brownout.config.model import Seconds
from brownout.expect.base import Expect, Sampled


class NoFutileRetries(Expect):
    """What cannot succeed is not sent again: a bad key, an empty account, a model that is gone, a refused prompt."""

    check: Literal["no_futile_retries"]
    at_most: int = Field(default=0, ge=0)
    """So often may a call be sent again all the same."""


class RetryAmplification(Sampled):
    """At most so many upstream calls for one user request, on average."""

    check: Literal["retry_amplification"]
    at_most: float = Field(ge=1)


class RetryAfterHonoured(Expect):
    """Nobody calls again before the time that the platform asked for."""

    check: Literal["retry_after_honoured"]
    tolerance: Seconds = 0.05
