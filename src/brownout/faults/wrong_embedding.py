"""A vector that is of no use."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from brownout.effects import Program
from brownout.exchange import Call
from brownout.faults.base import Fault, Strike, answer_with


class WrongEmbedding(Fault):
    """The platform answers 200 with vectors of another length, of zeros, or of numbers that are none (NaN)."""

    services: ClassVar[str] = "*embeddings"

    wrong: Literal["length", "zero", "nan"] = "length"
    """What is wrong with them; zeros and NaN come in the length that was asked for, unless dimensions is given."""
    dimensions: int | None = Field(default=None, ge=1, le=4096)
    """How long they are; 8 where the length is what is wrong."""

    def applies(self, call: Call) -> bool:
        """Only a call that asks for vectors, not one for a list."""
        return call.request.method == "POST"

    def program(self, strike: Strike) -> Program:
        """Useless vectors instead of an answer."""
        wrong = None if self.wrong == "length" else self.wrong
        dimensions = self.dimensions or (8 if wrong is None else None)
        return answer_with(*strike.platform.say(strike.id, "vectors", dimensions=dimensions, vectors=wrong))
