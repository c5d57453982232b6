"""Direct Line's desk: conversations with a bot, their activities, and the tokens that are good for them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import parse_qs

from brownout.bounded import Bounded
from brownout.dialects.directline import common as directline
from brownout.dialects.directline.common import Numbered
from brownout.dialects.directline.errors import NO_TOKEN
from brownout.dialects.reading import key_of
from brownout.exchange import Answer, Call, Failure, FailureKind
from brownout.standin.address import address_of
from brownout.standin.answers import Memory, canaries_given, input_tokens
from brownout.standin.desk import Desk, Said
from brownout.standin.recognise import Arrived
from brownout.standin.state import MAX_CONVERSATIONS, longer

MAX_ACTIVITIES = 200
"""Activities that are kept of each conversation, the latest ones."""


@dataclass
class Talk:
    """A conversation with the bot. Activities keep their number when older ones are forgotten."""

    id: str
    activities: list[dict[str, Any]] = field(default_factory=list)
    forgotten: int = 0
    memory: Memory = field(default_factory=Memory)

    @property
    def count(self) -> int:
        """How many activities there have been."""
        return self.forgotten + len(self.activities)

    def add(self, created: int, given: dict[str, Any]) -> None:
        """Keep an activity; the oldest goes where there are too many."""
        self.activities.append(directline.activity(self.id, self.count, created, given))
        surplus = max(0, len(self.activities) - MAX_ACTIVITIES)
        del self.activities[:surplus]
        self.forgotten += surplus

    def since(self, watermark: int) -> list[dict[str, Any]]:
        """The activities from this number on."""
        return self.activities[max(0, watermark - self.forgotten) :]


class DirectLineDesk(Desk):
    """Conversations, in memory. The bot answers every message, and keeps quiet about all other activities."""

    def __init__(self) -> None:
        self.talks: Bounded[str, Talk] = Bounded(MAX_CONVERSATIONS)
        self._tokens: Bounded[str, str] = Bounded(MAX_CONVERSATIONS)  # token → the conversation that it is for

    def refusal(self, arrived: Arrived, call: Call, id: str) -> Failure | None:
        """The refusals of all platforms; but a caller without a token is forbidden, and watermarks are numbers."""
        if not self.admits(call):
            return Failure(FailureKind.AUTH_REVOKED, id, message=NO_TOKEN)
        refused = super().refusal(arrived, call, id)
        if refused or call.part != "activities":
            return refused
        if call.request.method == "GET":
            return Failure(FailureKind.INVALID_REQUEST, id, message="Invalid watermark") if _mark(call) < 0 else None
        missing = next((name for name in ("type", "from") if not call.body.get(name)), None)
        return Failure(FailureKind.INVALID_REQUEST, id, message=f"Missing field: {missing}") if missing else None

    def needs_body(self, arrived: Arrived) -> bool:
        return arrived.service == "directline.activities"

    def memory(self, call: Call) -> Memory | None:
        """The memory of the conversation; None for one that never began."""
        if call.conversation is None:
            return Memory()
        talk = self.talks.get(call.conversation)
        return talk.memory if talk else None

    def recalled(self, call: Call) -> Call:
        """An activity that is posted, with its number."""
        talk = self.talks.get(call.conversation or "")
        if talk is None or call.part != "activities" or call.request.method != "POST":
            return call
        return Numbered(**{field.name: getattr(call, field.name) for field in fields(Call)}, number=talk.count)

    def said(self, call: Call, answer: Answer) -> Said | None:
        """What comes out of what is kept. An activity is there as soon as it has come, before the bot says anything."""
        if call.part == "conversations":
            return self._conversation(call, answer)
        if call.part == "tokens":
            return self._token(call, answer)
        talk = self.talks.get(call.conversation or "")
        if talk is None:
            return None
        if call.request.method == "GET":
            value = {"activities": talk.since(_mark(call)), "watermark": str(talk.count)}
            return directline.ok(answer.id, value)
        if isinstance(call, Numbered):
            talk.add(answer.created, call.body)
        return None

    def keep(self, call: Call, answer: Answer) -> None:
        """The bot's answer to a message."""
        talk = self.talks.get(call.conversation or "")
        if talk is None or not isinstance(call, Numbered) or call.body.get("type") != "message":
            return
        asked = directline.activity_id(talk.id, call.number)
        talk.add(answer.created, directline.bots_message(answer.text, asked))
        tokens = input_tokens(call) + answer.output_tokens
        talk.memory = longer(talk.memory, canaries_given(call), tokens)

    def _conversation(self, call: Call, answer: Answer) -> Said:
        """Begin one, or the one that the caller's token is for; or come back to one."""
        told = self._tokens.get(key_of(call.request.headers) or "")
        named = call.conversation or told or directline.conversation_id(call, answer.id)
        known = self.talks.get(named)
        if known is None:
            self.talks.put(named, Talk(named))
        value = directline.begun(named, self._new_token(named, answer), _socket(call))
        return directline.ok(answer.id, value, 200 if known else 201)

    def _token(self, call: Call, answer: Answer) -> Said:
        told = self._tokens.get(key_of(call.request.headers) or "")
        refreshes = call.request.path.rstrip("/").endswith("/refresh")
        if refreshes and told is None:
            return Failure(FailureKind.AUTH_REVOKED, answer.id)
        named = told if refreshes and told else directline.conversation_id(call, answer.id)
        value = {"conversationId": named, "token": self._new_token(named, answer), "expires_in": directline.LIFE}
        return directline.ok(answer.id, value)

    def _new_token(self, conversation: str, answer: Answer) -> str:
        token = directline.token(answer.id)
        self._tokens.put(token, conversation)
        return token


def _mark(call: Call) -> int:
    """The watermark, 0 where there is none; negative where it is no number."""
    given = next(iter(parse_qs(call.request.query).get("watermark", ())), "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 9 else -1


def _socket(call: Call) -> str:
    return address_of(call).replace("http", "ws", 1)
