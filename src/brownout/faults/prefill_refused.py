"""A model that does not go on from words put into its mouth."""

from __future__ import annotations

from typing import ClassVar

from brownout.effects import Program
from brownout.exchange import Call, Failure, FailureKind
from brownout.faults.base import Fault, Strike, answer_with
from brownout.faults.making import talks


class PrefillRefused(Fault):
    """The platform refuses a conversation that ends with the assistant's words, as another model may that took them."""

    services: ClassVar[str] = "*.chat|*.converse|*.generate|*.invoke|*.messages"

    def applies(self, call: Call) -> bool:
        """Only a call whose last message is the assistant's."""
        return talks(call) and call.turns[-1].role in ("assistant", "model")

    def program(self, strike: Strike) -> Program:
        """The provider's error instead of an answer."""
        return answer_with(strike.platform.failure(Failure(FailureKind.PREFILL_REFUSED, id=strike.id)))
