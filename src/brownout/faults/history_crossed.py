"""The platform shows a conversation to the wrong user."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from brownout.effects import Forward, Program
from brownout.exchange import Call
from brownout.faults import keeping
from brownout.faults.base import Fault, Strike
from brownout.wire.edits_history import Cross


class HistoryCrossed(Fault):
    """Reading a conversation gives another user's messages."""

    remembers: ClassVar[bool] = True

    shows: Literal["mixed", "instead"] = "mixed"
    """Another user's messages among the user's own, or nothing but another user's."""
    count: int = Field(default=1, ge=1)
    """Of mixed: how many."""
    of: Literal["made_up", "seen"] = "made_up"
    """Whose: nobody's, with a canary that can be told; or what was written in another conversation of this drill."""

    def applies(self, call: Call) -> bool:
        """Lists of what was said, and what is read by itself."""
        return keeping.lists(call) or keeping.single(call) is not None

    def program(self, strike: Strike) -> Program:
        """The platform's answer, with what is not the caller's."""
        seen = strike.seen if self.of == "seen" else None
        salt = f"{strike.salt}|{strike.call.request.path}"
        return (Forward(edit=Cross(salt, self.count, self.shows == "instead", strike.call.conversation, seen)),)
