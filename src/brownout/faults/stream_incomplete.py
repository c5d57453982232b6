"""The model stops in the middle of a stream, and the platform says why."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from brownout.effects import End, Program, Send
from brownout.faults.base import Positioned, Strike


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
        """The beginning of the platform's stream, then how it closes one that is not complete."""
        passed = self.passed
        closing = strike.platform.incomplete(strike.id, self.finish, passed.events or 0)
        return (passed, Send(closing), End())
