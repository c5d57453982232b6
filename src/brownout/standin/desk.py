"""A platform's desk in the stand-in: what it keeps for its callers, and what it answers out of that."""

from __future__ import annotations

from brownout.exchange import Answer, Call, Failure, FailureKind, Reply
from brownout.standin.answers import Memory
from brownout.standin.recognise import Arrived, has_key, unreadable

Said = Reply | Failure


def wrong_method(answer: Answer) -> Failure:
    """What a path answers that is not asked for what it offers."""
    return Failure(FailureKind.INVALID_REQUEST, answer.id, status=405)


class Desk:
    """Base of every platform's desk: keeps nothing, and refuses what every platform refuses.

    One desk serves one stand-in for as long as it runs; what it keeps is lost when the stand-in ends. ``id`` below is a
    hex string that is the same for the same request.
    """

    no_model: str = "you must provide a model parameter"
    """What is said to a call that needs a model and names none."""

    def refusal(self, arrived: Arrived, call: Call, id: str) -> Failure | None:
        """What the platform says no to before it looks any further; None where it takes the call."""
        if not self.admits(call):
            return Failure(FailureKind.INVALID_REQUEST, id, status=401)
        if arrived.other_method:
            return Failure(FailureKind.INVALID_REQUEST, id, status=405)
        if arrived.service.endswith(".other") or self.unknown_model(call):
            return Failure(FailureKind.NOT_FOUND, id)
        if self.unreadable(arrived):
            return Failure(FailureKind.INVALID_REQUEST, id)
        if self.needs_model(call) and call.model is None:
            return Failure(FailureKind.INVALID_REQUEST, id, message=self.no_model)
        if self.memory(call) is None:
            return Failure(FailureKind.HISTORY_MISSING, id)
        return None

    def admits(self, call: Call) -> bool:
        """Whether the caller sent a key at all; every key is taken."""
        return has_key(call.request)

    def unreadable(self, arrived: Arrived) -> bool:
        """Whether the body should be a JSON object and is none."""
        return unreadable(arrived.request, self.needs_body(arrived))

    def needs_body(self, arrived: Arrived) -> bool:
        """Whether such a request makes no sense without a body."""
        return False

    def needs_model(self, call: Call) -> bool:
        """Whether such a call must name a model."""
        return False

    def unknown_model(self, call: Call) -> bool:
        """Whether a model is asked about that the platform cannot have."""
        return False

    def memory(self, call: Call) -> Memory | None:
        """What is remembered of the history that this call continues; None where it names one that is not kept."""
        return Memory()

    def recalled(self, call: Call) -> Call:
        """The call as the model gets it: with what the platform keeps of what was said before, where that is all."""
        return call

    def said(self, call: Call, answer: Answer) -> Said | None:
        """The answer where it comes out of what is kept; None for a call that is answered with words."""
        return None

    def keep(self, call: Call, answer: Answer) -> None:
        """Remember an answer that is just being given."""
