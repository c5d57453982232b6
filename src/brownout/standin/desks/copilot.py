"""Copilot's desk: conversations are kept, and only those can be continued."""

from __future__ import annotations

from dataclasses import fields

from brownout.bounded import Bounded
from brownout.dialects.copilot import common as copilot
from brownout.dialects.copilot.common import Continued, Conversation
from brownout.exchange import Answer, Call, Failure, FailureKind
from brownout.standin.answers import Memory, canaries_given, input_tokens
from brownout.standin.desk import Desk, Said
from brownout.standin.recognise import Arrived
from brownout.standin.state import MAX_CONVERSATIONS, longer

_NO_TEXT = "The property 'message' is required and must have a 'text'."
_NO_ZONE = "The property 'locationHint' is required and must have a 'timeZone'."


class CopilotDesk(Desk):
    """Conversations, in memory: how many turns they have, their last messages, and what came up in them."""

    def __init__(self) -> None:
        self.conversations: Bounded[str, tuple[Conversation, Memory]] = Bounded(MAX_CONVERSATIONS)

    def refusal(self, arrived: Arrived, call: Call, id: str) -> Failure | None:
        """The refusals of all platforms; besides, a message needs a text and its sender's time zone."""
        refused = super().refusal(arrived, call, id)
        if refused or call.part != "chat":
            return refused
        hint = call.body.get("locationHint")
        placed = isinstance(hint, dict) and hint.get("timeZone")
        missing = _NO_TEXT if not call.text else None if placed else _NO_ZONE
        return Failure(FailureKind.INVALID_REQUEST, id, message=missing) if missing else None

    def needs_body(self, arrived: Arrived) -> bool:
        """Everything, if only an empty object."""
        return arrived.service in ("copilot.chat", "copilot.conversations")

    def memory(self, call: Call) -> Memory | None:
        """The memory of the conversation that is continued; None where there is no such conversation."""
        if call.part != "chat":
            return Memory()
        known = self.conversations.get(call.conversation or "")
        return known[1] if known else None

    def recalled(self, call: Call) -> Call:
        known = self.conversations.get(call.conversation or "")
        return continued(call, known[0]) if known and call.part == "chat" else call

    def said(self, call: Call, answer: Answer) -> Said | None:
        """The object of a conversation that begins; None where words are wanted."""
        if call.part != "conversations":
            return None
        made = copilot.conversation_of(call, answer)
        self.conversations.put(made.id, (made, Memory()))
        return copilot.ok(call, answer.id, copilot.shown(made, call.request.host), 201)

    def keep(self, call: Call, answer: Answer) -> None:
        """Both messages of a turn, with the memory of all turns."""
        known = self.conversations.get(call.conversation or "")
        if known and call.part == "chat":
            talk = known[0].asked(call, answer).told(answer, answer.text)
            tokens = input_tokens(call) + answer.output_tokens
            self.conversations.put(talk.id, (talk, longer(known[1], canaries_given(call), tokens)))


def continued(call: Call, so_far: Conversation) -> Continued:
    """The call, with what is kept of its conversation."""
    return Continued(**{field.name: getattr(call, field.name) for field in fields(Call)}, so_far=so_far)
