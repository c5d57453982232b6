"""Messages: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages."""

from __future__ import annotations

import base64

from brownout.dialects.base import Pace
from brownout.dialects.headers import hexadecimal
from brownout.dialects.whatsapp import common as whatsapp
from brownout.exchange import Answer, Call, Reply


def wa_id(number: str) -> str:
    """A phone number as WhatsApp names its owner: the digits alone."""
    return "".join(letter for letter in number if letter.isascii() and letter.isdigit())[:20]


def message_id(id: str, number: str) -> str:
    """``wamid.`` and, in base 64, the number and 18 hex digits."""
    digits = wa_id(number).encode()
    inner = b"\x1c\x18" + bytes((len(digits),)) + digits + b"\x15\x02\x00\x11\x18\x12"
    return "wamid." + base64.b64encode(inner + hexadecimal("wamid", id, 18).upper().encode() + b"\x00").decode()


class WhatsAppMessages(whatsapp.WhatsAppDialect):
    """``whatsapp.messages``: a message is accepted. Whether it arrives, a webhook says later."""

    service = "whatsapp.messages"
    pace: Pace = "once"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The receiver, as they were named, and the message's id; for a message that was read, success."""
        if call.body.get("status") == "read":
            return whatsapp.ok(call, answer.id, {"success": True})
        to = call.user or ""
        by_number = isinstance(call.body.get("to"), str)
        value = {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to, **({"wa_id": wa_id(to)} if by_number else {"user_id": to})}],
            "messages": [{"id": message_id(answer.id, to), "message_status": "accepted"}],
        }
        return whatsapp.ok(call, answer.id, value)
