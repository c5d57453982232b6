"""What an app profile may expect, one model a checker; the checker's name is the ``check`` key. Pure."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias, get_args

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

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

    @property
    def scope(self) -> str:
        """Suffix for an id: journey and phases in words, or nothing."""
        journey = f" of {self.journey}" if self.journey else ""
        return f"{journey} during {' and '.join(self.during)}" if self.during else journey

    @property
    def id(self) -> str:
        """Unique in a profile unless two expectations are about the very same thing."""
        return f"{self.check}{self.scope}"  # type: ignore[attr-defined]


Confidence = Annotated[Fraction, Field(ge=0.5, le=0.999)]
Margin = Annotated[Fraction, Field(ge=0, le=0.5)]


class Sampled(Expect):
    """Base of the expectations about a share or a quantile: what a few users met is judged with its uncertainty."""

    min_samples: int = Field(default=10, ge=1)
    confidence: Confidence | None = None
    """How sure a verdict has to be: 95% where neither this nor the profile says."""
    margin: Margin | None = None
    """How far below the objective the truth may be where it held: 10% where neither this nor the profile says."""


class Success(Sampled):
    """So many questions are answered whole."""

    needs: ClassVar[Need] = "question"
    check: Literal["success"]
    at_least: Fraction


class _Quantile(Sampled):
    p50: Seconds | None = None
    p90: Seconds | None = None
    p95: Seconds | None = None
    p99: Seconds | None = None

    @model_validator(mode="after")
    def _one_quantile(self) -> Self:
        if len(self.limits) != 1:
            raise ValueError("exactly one of p50, p90, p95, p99 is needed, as a duration")
        return self

    @property
    def limits(self) -> dict[str, float]:
        """The one limit that is set, in seconds, by the name of its quantile."""
        return {name: value for name in ("p50", "p90", "p95", "p99") if (value := getattr(self, name)) is not None}

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


class Recovery(Expect):
    """So soon after the faults on what the application calls have ended, users get whole answers again (real time)."""

    needs: ClassVar[Need] = "question"
    check: Literal["recovery"]
    within: Seconds
    at_least: Fraction = 0.95
    below: Fraction | None = None
    """The faults have ended where they strike no more than this share of calls; what at_least forgives if missing."""

    @property
    def forgiven(self) -> float:
        """The share of calls that may still meet a fault: 5% where 95% of answers are asked for."""
        return 1 - self.at_least if self.below is None else self.below


class RetryAmplification(Expect):
    """At most so many upstream calls for one user request."""

    check: Literal["retry_amplification"]
    at_most: float = Field(ge=1)


class RetryAfterHonoured(Expect):
    """Nobody calls again before the time that the platform asked for."""

    check: Literal["retry_after_honoured"]
    tolerance: Seconds = 0.05


class HistoryKept(Expect):
    """Every acknowledged message can be read afterwards, in order, once, and nobody else's."""

    needs: ClassVar[Need] = "history"
    check: Literal["history_kept"]


class ExportComplete(Expect):
    """Every acknowledged message is in the export that its user took in time: whole, in order, once."""

    needs: ClassVar[Need] = "export"
    check: Literal["export_complete"]


class AnsweredOnce(Expect):
    """A message that reached the application is answered once, however often and in whatever order it was delivered."""

    needs: ClassVar[Need] = "chat"
    check: Literal["answered_once"]


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


class NoDuplicateEffects(Expect):
    """No message leads to the same effect twice: one refund, one order, one mail."""

    needs: ClassVar[Need] = "effects"
    check: Literal["no_duplicate_effects"]


class ContextKept(Expect):
    """An answer still knows what its conversation was about, and nothing of anybody else's."""

    needs: ClassVar[Need] = "questions"
    check: Literal["context_kept"]
    turns: int | None = Field(default=None, ge=1)


class WholeAnswers(Expect):
    """No half answer is shown, stored or acted on as a whole one."""

    needs: ClassVar[Need] = "question"
    check: Literal["whole_answers"]


class NoLeaks(Expect):
    """No key, traceback or provider page or error text reaches a user."""

    check: Literal["no_leaks"]


class NoHang(Expect):
    """No user waits longer than this for an end, whatever it is."""

    check: Literal["no_hang"]
    within: Seconds


AnyExpect: TypeAlias = (
    Success
    | Latency
    | FirstToken
    | Recovery
    | RetryAmplification
    | RetryAfterHonoured
    | HistoryKept
    | ExportComplete
    | AnsweredOnce
    | ToldInTime
    | Failover
    | ContextKept
    | WholeAnswers
    | NoDuplicateEffects
    | NoLeaks
    | NoHang
)
Expectation = Annotated[AnyExpect, Field(discriminator="check")]
EXPECTABLE: tuple[str, ...] = tuple(
    sorted(get_args(kind.model_fields["check"].annotation)[0] for kind in get_args(AnyExpect))
)
"""The checks that a profile may expect, by name."""
