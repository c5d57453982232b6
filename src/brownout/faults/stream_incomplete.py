"""The model stops in the middle of a stream, and the platform says why."""

from __future__ import annotations

from functools import partial
from typing import Literal, Self

from pydantic import model_validator

from brownout.effects import Ask, End, Program, Sequel
from brownout.faults.base import Positioned, Strike
from brownout.faults.keeping import keeps_answer

_LONGEST_REST = 5.0  # seconds that the platform gets for the rest of an answer that it keeps


class StreamIncomplete(Positioned):
    """The stream ends early with the platform's own closing events, which say that the answer is not complete."""

    finish: Literal["length", "content_filter"] = "length"
    """Why: no tokens were left for it, or a filter stopped it."""

    @model_validator(mode="after")
    def _whole_events(self) -> Self:
        if self.after.bytes is not None:
            raise ValueError(
                "after: a model stops between two events, so stream_incomplete takes '8 events', not bytes"
            )
        return self

    def program(self, strike: Strike) -> Program:
        """The beginning of the platform's stream, then how it closes one that is not complete.

        What the platform keeps of an answer is there afterwards: the next call may go on from it.
        """
        closing = Sequel(partial(strike.platform.incomplete, strike.id, self.finish))
        keeping = (Ask(_LONGEST_REST),) if keeps_answer(strike.call) else ()
        return (self.passed, closing, *keeping, End())
