"""How much of the eligible traffic a rule strikes, and how that changes while a phase lasts. Pure."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema, model_serializer

from brownout.config import units
from brownout.config.model import FRACTION_SCHEMA, Frozen


class Share(Frozen):
    """How much of the eligible traffic a rule strikes: constant, a ramp over the phase, or a square wave."""

    start: float
    end: float
    every: float | None = None
    duty: float = 0.5

    def at(self, elapsed: float, lasts: float) -> float:
        """The share ``elapsed`` incident seconds into a phase that lasts ``lasts`` incident seconds."""
        if self.every:
            return self.start if (elapsed % self.every) < self.every * self.duty else self.end
        if lasts <= 0:
            return self.start
        return self.start + (self.end - self.start) * min(max(elapsed / lasts, 0.0), 1.0)

    @property
    def mean(self) -> float:
        """The average share over a whole phase: what a phase that is held still has."""
        return self.start * self.duty + self.end * (1 - self.duty) if self.every else (self.start + self.end) / 2

    @model_serializer
    def _as_written(self) -> float | dict[str, float]:
        """As in the YAML, so that a dumped scenario can be read again."""
        if self.every:
            return {"high": self.start, "low": self.end, "every": self.every, "duty": self.duty}
        return self.start if self.start == self.end else {"from": self.start, "to": self.end}

    def __str__(self) -> str:
        if self.every:
            return f"{self.start:.0%} / {self.end:.0%} every {units.in_words(self.every)}"
        return f"{self.start:.0%}" if self.start == self.end else f"{self.start:.0%} → {self.end:.0%}"


def _parse_share(value: Any) -> Any:
    if isinstance(value, Share):
        return value
    if not isinstance(value, dict):
        constant = units.fraction(value)
        return Share(start=constant, end=constant)
    keys = set(value)
    if keys == {"from", "to"}:
        return Share(start=units.fraction(value["from"]), end=units.fraction(value["to"]))
    if {"high", "every"} <= keys <= {"high", "low", "every", "duty"}:
        return Share(
            start=units.fraction(value["high"]),
            end=units.fraction(value.get("low", 0)),
            every=units.seconds(value["every"]),
            duty=units.fraction(value.get("duty", 0.5)),
        )
    raise ValueError(
        "a share is 30%, or {from: 10%, to: 85%} for a ramp, "
        "or {high: 80%, low: 5%, every: 4m, duty: 50%} for a square wave"
    )


def read(value: Any) -> Share:
    """A share as it was written, or as it was dumped. Raises ValueError."""
    share: Share = _parse_share(value)
    return share


ShareField = Annotated[
    Share,
    BeforeValidator(_parse_share),
    WithJsonSchema(
        {
            "anyOf": [
                *FRACTION_SCHEMA["anyOf"],
                {
                    "type": "object",
                    "properties": {"from": FRACTION_SCHEMA, "to": FRACTION_SCHEMA},
                    "required": ["from", "to"],
                    "additionalProperties": False,
                },
                {
                    "type": "object",
                    "properties": {
                        "high": FRACTION_SCHEMA,
                        "low": FRACTION_SCHEMA,
                        "every": {"type": ["string", "number"]},
                        "duty": FRACTION_SCHEMA,
                    },
                    "required": ["high", "every"],
                    "additionalProperties": False,
                },
            ],
            "examples": ["30%", {"from": "10%", "to": "85%"}, {"high": "80%", "low": "5%", "every": "4m"}],
        }
    ),
]
WHOLE = Share(start=1.0, end=1.0)
