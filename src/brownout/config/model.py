"""What every YAML model shares: frozen, no unknown keys, and the small value types."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from brownout.config import units

LONGEST_NAME = 200
"""Characters of a name: of a profile, a journey, a step, a phase, a rule. Reports and tables show them."""


class Frozen(BaseModel):
    """A value that cannot change after it was read, and refuses keys it does not know.

    Every process of a drill imports these models and most use a few of them. So a validator is built when it is first
    needed, and what an attribute's docstring says is read by ``brownout.library.schema`` alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class ErrorAt(ValueError):
    """A refusal of something inside the value being checked; ``path`` leads there from that value."""

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.path = path


def _text_or_number(pattern: str, examples: list[Any]) -> WithJsonSchema:
    return WithJsonSchema(
        {
            "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": pattern}],
            "examples": examples,
        }
    )


Seconds = Annotated[
    float,
    BeforeValidator(units.seconds),
    _text_or_number(r"^(\d+(\.\d+)?(h|ms|m|s))+$", ["250ms", "1.5s", "10m"]),
]
FRACTION_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 1},
        {"type": "string", "pattern": r"^((100(\.0+)?|\d{1,2}(\.\d+)?)%|0(\.\d+)?|1(\.0+)?)$"},
    ],
    "examples": ["30%", 0.3],
}
Fraction = Annotated[float, BeforeValidator(units.fraction), WithJsonSchema(FRACTION_SCHEMA)]
PerSecond = Annotated[
    float,
    BeforeValidator(units.per_second),
    _text_or_number(r"^\d+(\.\d+)? ?(rps|rpm|tps|tpm|/s|/min|per second|per minute)$", ["40 rps", "60 rpm"]),
]
