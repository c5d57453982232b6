"""The conversation that an application sends along is hurt on its way."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from brownout.effects import Forward, Program, Rewrite
from brownout.exchange import Call
from brownout.faults.base import Fault, Strike
from brownout.faults.making import talks
from brownout.wire.edits_context import INSTRUCTIONS, REFERENCES, Damage, DamageContext


class ContextDamaged(Fault):
    """A gateway hurts the conversation that a call brings: the platform answers one that nobody held."""

    remembers: ClassVar[bool] = True

    kind: Damage = "trimmed"
    """What happens to all before the last question: gone, in another order, twice, another user's, or forgotten."""
    keeps: int = Field(default=0, ge=0)
    """Of trimmed: so many of the newest earlier messages are left."""
    of: Literal["made_up", "seen"] = "made_up"
    """Of swapped: words of nobody, or of another conversation of this drill."""

    def applies(self, call: Call) -> bool:
        """Only a call that brings something earlier; one that is signed with its body could not be changed."""
        if call.upgrade or not talks(call) or call.request.headers.get("authorization", "").startswith("AWS4"):
            return False
        if self.kind == "forgotten" and any(call.body.get(name) for name in REFERENCES):
            return True
        earlier = sum(turn.role not in INSTRUCTIONS for turn in call.turns) - 1
        return earlier > {"trimmed": self.keeps, "reordered": 1}.get(self.kind, 0)

    def program(self, strike: Strike) -> Program:
        """The request with another conversation in it, and the platform's answer to that."""
        call = strike.call
        others: tuple[str, ...] = ()
        if self.kind == "swapped" and self.of == "seen":
            own = frozenset(turn.text for turn in call.turns)
            others = strike.seen.of_others(call.conversation, own, strike.salt, len(call.turns))
        # By conversation, so that a retry and the next turn are hurt in the same way.
        salt = f"{strike.salt}|{call.conversation}"
        return (Rewrite(DamageContext(self.kind, salt, self.keeps, others)), Forward())
