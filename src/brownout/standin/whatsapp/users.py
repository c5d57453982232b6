"""The people on WhatsApp whom the application writes to: what each of them got, in bounded memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from brownout.bounded import Bounded
from brownout.dialects.reading import string
from brownout.dialects.whatsapp import common as whatsapp
from brownout.dialects.whatsapp.messages import message_id, wa_id
from brownout.dialects.whatsapp.webhooks import user_id
from brownout.exchange import Answer, Call
from brownout.standin.fate import fate_of

MAX_USERS = 5_000
UNDELIVERABLE = 131026
"""WhatsApp's code for a user who is out of reach."""
MAX_MESSAGES = 1_000
"""Messages that are kept of one user."""


@dataclass
class Message:
    """A message that somebody got: from the application (``bot``), the channel itself, or its own assistant.

    ``number`` is the id of the business's phone number; ``content`` the message as the application gave it;
    ``answers`` the id of the user's message that it quotes; ``failed`` the code of the reason that it never arrived.
    """

    id: str
    by: Literal["bot", "channel", "meta_ai"]
    number: str
    type: str
    text: str
    content: dict[str, Any]
    timestamp: int
    read: bool = False
    answers: str | None = None
    failed: int | None = None


def message_of(call: Call, answer: Answer) -> Message:
    """The message that a call sends."""
    kind = call.body.get("type")
    kind = kind if isinstance(kind, str) else "text"
    content = call.body.get(kind)
    fields = content if isinstance(content, dict) else {}
    caption = fields.get("caption")
    text = call.text or (caption if isinstance(caption, str) else "")
    id, number = message_id(answer.id, call.user or ""), whatsapp.id_in(call.request.path)
    return Message(id, "bot", number, kind, text, fields, answer.created, answers=_quoted(call))


def _quoted(call: Call) -> str | None:
    """The id of the message that this one replies to.

    https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages#replies
    """
    context = call.body.get("context")
    return string(context.get("message_id")) if isinstance(context, dict) else None


class Users:
    """Everybody who was ever written to, or was said to be out of reach.

    ``got`` is called for each message of the application: whom it was for, and whether it arrived.
    """

    def __init__(self) -> None:
        self.got: Callable[[str, Message, bool], None] = lambda user, message, arrived: None
        self._messages: Bounded[str, list[Message]] = Bounded(MAX_USERS)
        self._away: Bounded[str, bool] = Bounded(MAX_USERS)
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}
        self._numbers: Bounded[str, str] = Bounded(MAX_USERS)

    def meet(self, user: str) -> None:
        """Somebody writes to the business, which can name them by an id from now on."""
        self._numbers.put(user_id(user), user)

    def reach(self, user: str, reachable: bool) -> None:
        """Say whether messages arrive at this user: one who is out of reach has blocked the business, or is gone."""
        self._away.put(user, True) if not reachable else self._away.drop(user)

    def send(self, call: Call, answer: Answer) -> None:
        """The application's message goes to its user."""
        number, message = self._number(call), message_of(call, answer)
        user = number or wa_id(call.user or "")
        doom = fate_of(call)
        away = number is None or self._away.get(user)
        message.failed = doom.code if doom else UNDELIVERABLE if away else None
        arrived = message.failed is None
        if arrived:
            self.give(user, message)
        self.got(user, message, arrived)

    def _number(self, call: Call) -> str | None:
        """The digits of whom a message is for; None for an id that nobody has who ever wrote."""
        number = call.body.get("to")
        return wa_id(number) if isinstance(number, str) and number else self._numbers.get(call.user or "")

    def give(self, user: str, message: Message) -> None:
        """A message arrives at its user, and whoever waits for one is woken."""
        messages = self._messages.get(user) or []
        messages.append(message)
        del messages[:-MAX_MESSAGES]
        self._messages.put(user, messages)
        for waits in self._waiting.get(user, ()):
            if not waits.done():
                waits.set_result(None)

    async def arrival(self, user: str, within: float) -> None:
        """Wait until the next message arrives at this user, for at most so many seconds."""
        waits = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(user, set()).add(waits)
        try:
            await asyncio.wait((waits,), timeout=within)
        finally:
            self._waiting[user].discard(waits)
            if not self._waiting[user]:
                del self._waiting[user]

    def messages(self, user: str) -> tuple[Message, ...]:
        """What a user got, oldest first."""
        return tuple(self._messages.get(user) or ())
