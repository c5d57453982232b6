"""The platform never answers."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from brownout import effects
from brownout.config.model import Seconds
from brownout.effects import ForwardHead, Program
from brownout.faults.base import Fault, Strike


class Hang(Fault):
    """The platform accepts the call and never answers."""

    at: Literal["before_headers", "after_headers"] = "before_headers"
    """Where it falls silent: at once, or once status and headers went out, which is all that some timeouts cover."""
    after_headers: bool = False
    """The same as 'at: after_headers'."""
    release_after: Seconds | None = None
    """Let the connection go after so long, in real time; without it when the phase or the drill ends."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.after_headers and "at" in self.model_fields_set and self.at == "before_headers":
            raise ValueError("at: before_headers and after_headers: true say different things; give one of the two")
        return self

    def program(self, strike: Strike) -> Program:
        hang = effects.Hang(self.release_after)
        return (ForwardHead(), hang) if self.after_headers or self.at == "after_headers" else (hang,)
