"""What WhatsApp tells the application: what its users say, and what has become of its messages to them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from brownout.calls import canary
from brownout.dialects.openai.common import digest
from brownout.dialects.whatsapp import webhooks
from brownout.dialects.whatsapp.media import File, media_id
from brownout.dialects.whatsapp.messages import message_id
from brownout.dialects.whatsapp.webhooks import ACCOUNT_UPDATE, BanState, Number, State
from brownout.effects import Signature
from brownout.exchange import Headers
from brownout.standin.delivery import Delivery
from brownout.standin.inbound import Inbound
from brownout.standin.whatsapp import meta_ai
from brownout.standin.whatsapp.desk import WhatsAppDesk
from brownout.standin.whatsapp.users import UNDELIVERABLE, Message

SERVICE = "whatsapp.webhooks"
SOON = 0.05
"""Seconds after which the first word on a message comes: its sender should have the answer to the call by then."""
_OTHER_SECRET = "not the secret of this application"
_MIMES = {"image": "image/jpeg", "voice": "audio/ogg; codecs=opus"}


class WhatsAppInbound:
    """Sends webhooks to the application: what people on WhatsApp write, and what became of messages to them."""

    def __init__(self, seed: int, desk: WhatsAppDesk, inbound: Inbound) -> None:
        self._seed, self._desk, self._inbound = seed, desk, inbound
        self._said = 0
        desk.users.got = self._report

    def says(self, user: str, given: Mapping[str, Any]) -> str:
        """Have a user say ``text``, or send an ``image`` or ``voice`` (base 64); the message's id.

        ``name`` is what the user is called, ``number`` the id of the business's phone number, ``mime`` the type of the
        file, ``caption`` goes with an image; ``to`` may be ``meta_ai``, which answers at once and is heard by nobody
        else. Raises ValueError for what is none of these.
        """
        if (to := given.get("to", "business")) not in ("business", "meta_ai"):
            raise ValueError(f"to: business or meta_ai, not {to!r}")
        self._said += 1
        id = digest(str(self._seed), "says", user, str(self._said), size=16)
        content, words = self._content(given, id)
        if to == "meta_ai":
            self._desk.users.give(user, meta_ai.answer(self._seed, id, user, words, int(time.time())))
            return message_id(id, user)
        number = self._number(given.get("number"))
        self._desk.users.meet(user)
        body = webhooks.received(number, user, str(given.get("name") or "Somebody"), id, int(time.time()), content)

        def notice(text: str) -> None:
            self._notice(user, number, id, text)

        self._send(f"messages.{content['type']}", f"{user} {words}", body, user, notice)
        return message_id(id, user)

    def heard(self, user: str) -> tuple[Message, ...]:
        """What a user got. To look at it is to read it, and the application is told."""
        messages = self._desk.users.messages(user)
        for message in messages:
            if not message.read and message.by == "bot":
                self._status(user, message, "read")
            message.read = True
        return messages

    def disabled(self, state: BanState, day: date) -> None:
        """The business's account will be disabled on that day, or is."""
        body = webhooks.account_update(state, day, int(time.time()), self._number().account)
        self._send(ACCOUNT_UPDATE, f"{ACCOUNT_UPDATE} {state}", body, None)

    def _number(self, id: object = None) -> Number:
        """The business's number: the one that is named, else the profile's."""
        receiver = self._inbound.receivers.get("whatsapp")
        if receiver is None:
            return Number(str(id or Number().id))
        return Number(
            str(id or receiver.phone_number_id or Number().id), account=receiver.account_id or Number().account
        )

    def _content(self, given: Mapping[str, Any], id: str) -> tuple[dict[str, Any], str]:
        if isinstance(text := given.get("text"), str) and text:
            return webhooks.text(text), text
        kind = next((kind for kind in _MIMES if isinstance(given.get(kind), str)), None)
        if kind is None:
            raise ValueError("say text, image or voice: a text, or a file in base 64")
        try:
            data = base64.b64decode(given[kind], validate=True)
        except (binascii.Error, ValueError):
            raise ValueError(f"{kind}: no base 64") from None
        file, sha256 = (
            File(media_id(id), str(given.get("mime") or _MIMES[kind]), data),
            hashlib.sha256(data).hexdigest(),
        )
        self._desk.files.put(file.id, file)
        if kind == "voice":
            return webhooks.voice(file.id, file.mime, sha256), sha256
        caption = str(given.get("caption") or "")
        return webhooks.image(file.id, file.mime, sha256, caption), caption or sha256

    def _notice(self, user: str, number: Number, id: str, text: str) -> None:
        """The channel answers in the application's place."""
        shown = Message(message_id(f"notice {id}", user), "channel", number.id, "text", text, {}, int(time.time()))
        shown.answers = message_id(id, user)
        self._desk.users.give(user, shown)

    def _report(self, user: str, message: Message, arrived: bool) -> None:
        states: tuple[State, ...] = ("sent", "delivered") if arrived else ("failed",)
        for state in states:
            self._status(user, message, state)

    def _status(self, user: str, message: Message, state: State) -> None:
        body = webhooks.status(
            self._number(message.number), user, message.id, int(time.time()), state, message.failed or UNDELIVERABLE
        )
        self._send(f"statuses.{state}", f"{user} {canary.find(message.text) or message.text}", body, user)

    def _send(
        self, event: str, about: str, body: bytes, user: str | None, notice: Callable[[str], None] = lambda text: None
    ) -> None:
        receiver = self._inbound.receivers.get("whatsapp")
        secret = receiver.secret if receiver else ""

        def sign(second: int, signature: Signature) -> Headers:
            secrets = {"good": secret, "wrong": _OTHER_SECRET, "missing": None}
            return webhooks.headers(secrets[signature], body)

        after = SOON if event.startswith("statuses.") else 0.0
        self._inbound.deliver(Delivery(SERVICE, event, about, body, sign, user, notice), after)
