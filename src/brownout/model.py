"""What every YAML model shares: frozen, no unknown keys, and the small value types."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from brownout import units


class Frozen(BaseModel):
    """A value that cannot change after it was read, and refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


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
Fraction = Annotated[float, BeforeValidator(units.fraction), _text_or_number(r"^\d+(\.\d+)?%?$", ["30%", 0.3])]
PerSecond = Annotated[
    float,
    BeforeValidator(units.per_second),
    _text_or_number(r"^\d+(\.\d+)? ?(rps|rpm|/s|/min|per second|per minute)$", ["40 rps", "60 rpm"]),
]
