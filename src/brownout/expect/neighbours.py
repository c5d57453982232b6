"""Expectations about what one failure does to what is beside it: the platform, other journeys, the way back. Pure."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from brownout.config.model import Fraction, Seconds
from brownout.expect.base import Expect, Limited, Need, Sampled


class Breaker(Sampled):
    """Few questions call what is down, it is used again afterwards, and its fallback is neither stormed nor hidden."""

    needs: ClassVar[Need] = "question"
    check: Literal["breaker"]
    primary: str
    """The service, or a glob: openai.chat."""
    fallback: str | None = None
    """The service that is called instead, if there is one."""
    after: int = Field(default=5, ge=1)
    """So many failed calls may the application need to see that the service is down, all its workers together."""
    opens_within: Seconds = 5.0
    """How long after these questions may still call it; real time."""
    probes: Fraction = 0.2
    """The share of questions that may call it while it is down, to see whether it is back."""
    fast: Seconds = 2.0
    """Who is told that there is no answer, without any call, is told so within this."""
    closes_within: Seconds = 10.0
    """How long after the faults questions may still do without it; real time."""
    at_most: float = Field(default=1.5, ge=1)
    """Calls to the fallback for one that a question needs, on average."""

    @property
    def id(self) -> str:
        """The expectation's name, which says of which service: ``breaker openai.chat``."""
        return f"{self.check} {self.primary}{self.scope}"


class Bulkhead(Limited):
    """A journey whose own calls met no fault stays as well as ever, while what another journey calls fails."""

    needs: ClassVar[Need] = "question"
    check: Literal["bulkhead"]
    at_least: Fraction = 0.95
    """Whole answers while others fail, for each that there is on a good day."""

    @model_validator(mode="after")
    def _one_quantile(self) -> Self:
        if len(self.limits) > 1:
            raise ValueError("at most one of p50, p90, p95, p99, as a duration")
        return self


class Storm(Expect):
    """Retries do not keep an overloaded platform down for longer than users' own demand does."""

    check: Literal["storm"]
    within: Seconds = 3.0
    """How much longer than users' own questions explain the overload may last; real time."""
    min_samples: int = Field(default=10, ge=1)
    """Fewer calls while it was overloaded are no verdict."""
