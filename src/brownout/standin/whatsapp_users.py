"""The people on WhatsApp whom the application writes to: what each of them got, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from brownout.dialects import whatsapp
from brownout.dialects.whatsapp_messages import message_id, wa_id
from brownout.exchange import Answer, Call
from brownout.standin.state import Kept

MAX_USERS = 5_000
MAX_MESSAGES = 1_000
"""Messages that are kept of one user."""


@dataclass
class Message:
    """A message that somebody got: from the application (``bot``), or from the channel itself.

    ``number`` is the id of the business's phone number; ``content`` the message as the application gave it.
    """

    id: str
    by: Literal["bot", "channel"]
    number: str
    type: str
    text: str
    content: dict[str, Any]
    timestamp: int
    read: bool = False


def message_of(call: Call, answer: Answer) -> Message:
    """The message that a call sends."""
    kind = call.body.get("type")
    kind = kind if isinstance(kind, str) else "text"
    content = call.body.get(kind)
    kept = content if isinstance(content, dict) else {}
    caption = kept.get("caption")
    text = call.text or (caption if isinstance(caption, str) else "")
    id, number = message_id(answer.id, call.user or ""), whatsapp.id_in(call.request.path)
    return Message(id, "bot", number, kind, text, kept, answer.created)


class Users:
    """Everybody who was ever written to, or was said to be out of reach.

    ``got`` is called for each message of the application: whom it was for, and whether it arrived.
    """

    def __init__(self) -> None:
        self.got: Callable[[str, Message, bool], None] = lambda user, message, arrived: None
        self._messages: Kept[list[Message]] = Kept(MAX_USERS)
        self._away: Kept[bool] = Kept(MAX_USERS)

    def reach(self, user: str, reachable: bool) -> None:
        """Say whether messages arrive at this user: one who is out of reach has blocked the business, or is gone."""
        self._away.put(user, True) if not reachable else self._away.drop(user)

    def send(self, call: Call, answer: Answer) -> None:
        """The application's message goes to its user."""
        user, message = wa_id(call.user or ""), message_of(call, answer)
        arrived = self._away.get(user) is None
        if arrived:
            self.give(user, message)
        self.got(user, message, arrived)

    def give(self, user: str, message: Message) -> None:
        """A message arrives."""
        kept = self._messages.get(user) or []
        kept.append(message)
        del kept[:-MAX_MESSAGES]
        self._messages.put(user, kept)

    def messages(self, user: str) -> tuple[Message, ...]:
        """What a user got, oldest first."""
        return tuple(self._messages.get(user) or ())
