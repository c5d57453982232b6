"""What an answer may cost while the platform fails. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from brownout.config import units
from brownout.config.model import Frozen
from brownout.expect.base import Need, Sampled

Ceiling = Annotated[
    str,
    BeforeValidator(units.ceiling),
    WithJsonSchema(
        {"type": "string", "pattern": r"^(\$\d+(\.\d+)?|[1-9]\d*(\.\d+)?x)$", "examples": ["1.5x", "$0.02"]}
    ),
]


class ModelPrice(Frozen):
    """US dollars for a million tokens of one model."""

    input: float = Field(ge=0, le=1e5)
    output: float = Field(default=0, ge=0, le=1e5)


Prices = dict[str, ModelPrice]
"""By model, as the application names it."""


class Cost(Sampled):
    """An answered question costs at most so many times what it costs on a healthy platform, or so many dollars."""

    needs: ClassVar[Need] = "question"
    check: Literal["cost"]
    at_most: Ceiling
    prices: Prices = Field(default_factory=dict)
    """Prices of models beside those of the profile, and before them."""

    @property
    def times(self) -> float | None:
        """So many times what healthy phases cost, where that is asked."""
        return float(self.at_most.removesuffix("x")) if self.at_most.endswith("x") else None

    @property
    def dollars(self) -> float | None:
        """So many dollars for each answered question, where that is asked."""
        return float(self.at_most.removeprefix("$")) if self.at_most.startswith("$") else None

    @property
    def id(self) -> str:
        """The expectation's name, which tells dollars from multiples: ``cost in dollars``."""
        return f"{self.check}{' in dollars' if self.dollars else ''}{self.scope}"
