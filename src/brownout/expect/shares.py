"""Expectations about a share or a quantile of what users met. Pure."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from brownout.config.model import Fraction, Seconds
from brownout.expect.base import Expect, Limited, Need, Sampled


class Success(Sampled):
    """So many questions are answered whole."""

    needs: ClassVar[Need] = "question"
    check: Literal["success"]
    at_least: Fraction


class _Quantile(Limited):
    @model_validator(mode="after")
    def _one_quantile(self) -> Self:
        if len(self.limits) != 1:
            raise ValueError("exactly one of p50, p90, p95, p99 is needed, as a duration")
        return self

    @property
    def id(self) -> str:
        """The expectation's name, which says the quantile too: ``latency p95``."""
        return f"{self.check} {next(iter(self.limits))}{self.scope}"  # type: ignore[attr-defined]


class Latency(_Quantile):
    """Users have the end of their answer within this; a user who got none counts as having waited to the end."""

    needs: ClassVar[Need] = "question"
    check: Literal["latency"]


class FirstToken(_Quantile):
    """Users of streamed answers see the first token within this."""

    needs: ClassVar[Need] = "stream"
    check: Literal["first_token"]


class Recovery(Sampled):
    """So soon after the faults on what the application calls have ended, users get whole answers again (real time)."""

    needs: ClassVar[Need] = "question"
    check: Literal["recovery"]
    within: Seconds
    at_least: Fraction = 0.95
    min_samples: int = Field(default=20, ge=20)
    below: Fraction | None = None
    """The faults have ended where they strike no more than this share of calls; what at_least forgives if missing."""

    @property
    def forgiven(self) -> float:
        """The share of calls that may still meet a fault: 5% where 95% of answers are asked for."""
        return 1 - self.at_least if self.below is None else self.below


class ToldInTime(Expect):
    """Who uses a channel that is going to end is told so, and where to go on, before it ends."""

    needs: ClassVar[Need] = "notice"
    check: Literal["told_in_time"]
    channel: Literal["whatsapp"] = "whatsapp"
    at_least: Fraction = 1.0
    min_samples: int = Field(default=5, ge=1)


class Failover(Sampled):
    """Where one channel gives no answer, the other one does, and knows the conversation."""

    needs: ClassVar[Need] = "other channel"
    check: Literal["failover"]
    at_least: Fraction
