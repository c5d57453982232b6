"""The platform has lost a part of a conversation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from brownout.config.model import Fraction
from brownout.effects import Forward, Program
from brownout.exchange import Call, Failure, FailureKind
from brownout.faults import keeping
from brownout.faults.base import Fault, Strike, answer_with
from brownout.wire.edits_history import LoseEnd, LoseSome, luck


class HistoryPartial(Fault):
    """Reading a conversation gives some of it; the rest is gone, and nothing says so."""

    loses: Literal["some", "oldest", "newest"] = "some"
    """What is gone: some items, always the same; or so many of the oldest or of the newest ones."""
    each: Fraction = 0.5
    """Of some: the probability that an item is gone."""
    count: int = Field(default=2, ge=1)
    """Of the oldest or newest: how many are gone."""

    def applies(self, call: Call) -> bool:
        """Only lists of what was said; where some are gone, also those that are read by themselves."""
        return keeping.lists(call) or (self.loses == "some" and keeping.single(call) is not None)

    def program(self, strike: Strike) -> Program:
        """The platform's list with gaps, or the provider's not-found error."""
        if self.loses != "some":
            ends = keeping.newest_first(strike.call), keeping.opening(strike.call)
            return (Forward(edit=LoseEnd(self.count, self.loses, *ends)),)
        id = keeping.single(strike.call)
        if id is not None and luck(strike.salt, {"id": id}) < self.each:
            return answer_with(strike.platform.failure(Failure(FailureKind.NOT_FOUND, id=strike.id)))
        return (Forward(edit=LoseSome(strike.salt, self.each)),)
