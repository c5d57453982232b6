"""Expectations about the calls that an application makes to the platform. Pure."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from brownout.config.model import Seconds
from brownout.expect.base import Expect


class RetryAmplification(Expect):
    """At most so many upstream calls for one user request."""

    check: Literal["retry_amplification"]
    at_most: float = Field(ge=1)


class RetryAfterHonoured(Expect):
    """Nobody calls again before the time that the platform asked for."""

    check: Literal["retry_after_honoured"]
    tolerance: Seconds = 0.05
