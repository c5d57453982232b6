"""What the faults share in which the platform refuses a call, each for a reason of its own."""

from __future__ import annotations

from dataclasses import replace

from brownout.effects import Program
from brownout.exchange import Failure, FailureKind
from brownout.faults.base import Fault, Strike, answer_with


class Refused(Fault):
    """Base of these faults: the platform's own error, whose text can be replaced."""

    message: str | None = None
    """Replaces the platform's text."""

    def refusal(self, strike: Strike, kind: FailureKind, more: Failure | None = None) -> Program:
        """The provider's error of this kind instead of an answer; ``more`` has the figures that it quotes."""
        failure = more or Failure(kind)
        return answer_with(
            strike.platform.failure(replace(failure, kind=kind, id=strike.id, message=failure.message or self.message))
        )
