"""Which events of a stream a fault strikes: the one at a position, or each with a probability."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from brownout.config.model import Fraction
from brownout.faults.base import Positioned, Strike
from brownout.wire.edits import Picks


class Picking(Positioned):
    """Base of the faults that change single events and let the rest of the stream through."""

    each: Fraction | None = None
    """Strike each event with this probability, instead of the one at a position."""
    only: str | None = None
    """Strike and count only events of this type (a glob): 'message_stop', '*.delta', '[DONE]'."""

    @model_validator(mode="after")
    def _one_choice(self) -> Self:
        if self.after.bytes is not None:
            raise ValueError("after: this fault strikes whole events, so it takes '8 events', not bytes")
        if (self.after.events or 0) < 0:
            raise ValueError("after: this fault goes on to the end of a stream, so it counts events from the beginning")
        if self.each is not None and self.after.events is not None and "after" in self.model_fields_set:
            raise ValueError("each: strike the event at a position (after) or each with a probability, not both")
        return self

    def picks(self, strike: Strike) -> Picks:
        """The events that this strike means. Of one type, the first is meant where no position is given."""
        if self.each is not None:
            return Picks(each=self.each, salt=strike.id, only=self.only)
        given = self.after.events is not None and "after" in self.model_fields_set
        at = 0 if self.only is not None and not given else self.passed.events
        return Picks(at=at, salt=strike.id, only=self.only)
