"""The platform answers well, and says nothing."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from brownout.effects import Program
from brownout.exchange import Call
from brownout.faults.base import Fault, Strike
from brownout.faults.making import spoken, talks

_THOUGHT = (
    "The question has two sides. Let me look at the first one, and then at the second, and then at the first again."
)


class EmptyAnswer(Fault):
    """The platform answers 200 with a valid body, or a valid stream, and no content in it."""

    thinking: bool = False
    """The model thinks, where the call wants to read that, and says nothing."""
    finish: Literal["stop", "length"] = "stop"
    """Why it ends: as if all had been said, or because no tokens are left."""

    @model_validator(mode="after")
    def _runs_out_in_thought(self) -> Self:
        if self.finish == "length" and not self.thinking:
            raise ValueError(
                "finish: an answer that ran out of tokens said something before; use thinking: true with it"
            )
        return self

    def applies(self, call: Call) -> bool:
        """Of thoughts, only what is answered in words."""
        return not self.thinking or talks(call)

    def program(self, strike: Strike) -> Program:
        """An answer without a word, after a thought where one is wanted."""
        if self.thinking and strike.platform.asked().thinks:
            return spoken(strike, lambda id: strike.platform.think(id, _THOUGHT, self.finish))
        return spoken(strike, lambda id: strike.platform.say(id, finish=self.finish))
