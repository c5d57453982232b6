"""What all expectations of an app profile have: journey and phases, and how sure a verdict has to be. Pure."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from brownout.config.model import Fraction, Frozen, Seconds
from brownout.scenario import IMPACTS


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _phase(word: str) -> str:
    """An impact, or the name of a phase; what looks like a misspelt impact is refused, for no phase would be meant."""
    near: list[str] = [impact for impact in IMPACTS if impact.startswith(f"{word}_")]
    near += get_close_matches(word.casefold(), IMPACTS, n=1, cutoff=0.85)
    if word in IMPACTS or not near:
        return word
    raise ValueError(
        f"unknown during {word!r}; did you mean {near[0]!r}? allowed: {', '.join(IMPACTS)}, or the name of a phase"
    )


_PHASE_SCHEMA = {"anyOf": [{"enum": list(IMPACTS)}, {"type": "string", "minLength": 1}]}
Need: TypeAlias = Literal[
    "", "question", "questions", "stream", "history", "export", "effects", "chat", "notice", "other channel"
]
"""What a journey must have so that an expectation can be judged of it: ``library.needs`` says when it has that."""
During = Annotated[
    tuple[Annotated[str, Field(min_length=1), AfterValidator(_phase)], ...],
    BeforeValidator(_as_tuple),
    WithJsonSchema({"anyOf": [_PHASE_SCHEMA, {"type": "array", "items": _PHASE_SCHEMA}]}),
]


class Expect(Frozen):
    """Base: which journeys and which phases an expectation is about."""

    needs: ClassVar[Need] = ""

    journey: str | None = None
    """One journey; all of them where it is missing."""
    during: During = ()
    """Phases it covers, by impact (operational, major_outage …) or by name; the whole timeline where it is missing."""

    def covers(self, name: str, impact: str) -> bool:
        """Whether it is about a phase of this name and this impact; an impact names phases by what they are alone."""
        wanted = self.during
        return not wanted or impact in wanted or (name in wanted and name not in IMPACTS)

    @property
    def scope(self) -> str:
        """Suffix for an id: journey and phases in words, or nothing."""
        journey = f" of {self.journey}" if self.journey else ""
        return f"{journey} during {' and '.join(self.during)}" if self.during else journey

    @property
    def id(self) -> str:
        """Unique in a profile unless two expectations are about the very same thing."""
        return f"{self.check}{self.scope}"  # type: ignore[attr-defined]


CONFIDENCE = 0.95
"""How sure a verdict has to be where nobody says otherwise."""
MOST_SURE = 0.999
Confidence = Annotated[Fraction, Field(ge=0.5, le=MOST_SURE)]
Margin = Annotated[Fraction, Field(ge=0, le=0.5)]


class Sampled(Expect):
    """Base of the expectations about a share or a quantile: what a few users met is judged with its uncertainty."""

    min_samples: int = Field(default=10, ge=1)
    confidence: Confidence | None = None
    """How sure a verdict has to be: 95% where neither this nor the profile says."""
    margin: Margin | None = None
    """How far below the objective the truth may be where it held: 10% where neither this nor the profile says."""

    def of_looks(self, looks: int) -> Self:
        """The same where it is looked at so often: each look is so much surer that all of them are as sure as one was.

        Bonferroni's correction. Raises ValueError where that is more than any verdict can be.
        """
        if looks == 1:
            return self
        confidence = 1 - (1 - (CONFIDENCE if self.confidence is None else self.confidence)) / looks
        if round(confidence, 6) > MOST_SURE:
            raise ValueError(f"{looks} looks need a confidence of {1 - looks * (1 - MOST_SURE):.1%} at most")
        return self.model_copy(update={"confidence": round(confidence, 6)})


class Limited(Sampled):
    """Base of those that may limit a wait, by a quantile: ``p95: 2s``."""

    p50: Seconds | None = None
    p90: Seconds | None = None
    p95: Seconds | None = None
    p99: Seconds | None = None

    @property
    def limits(self) -> dict[str, float]:
        """The limits that are set, in seconds, by the names of their quantiles."""
        return {name: value for name in ("p50", "p90", "p95", "p99") if (value := getattr(self, name)) is not None}
