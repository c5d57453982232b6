"""What WhatsApp sends to the application: https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks.

Pure: bodies, and the signature over them (https://developers.facebook.com/docs/graph-api/webhooks/getting-started).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode

from brownout.dialects.encoding import dump
from brownout.dialects.headers import hexadecimal
from brownout.dialects.reading import string
from brownout.dialects.whatsapp import common as whatsapp
from brownout.dialects.whatsapp.codes import CODES
from brownout.dialects.whatsapp.messages import message_id
from brownout.exchange import Call, Headers, Request, Turn

State = Literal["sent", "delivered", "read", "failed"]
BanState = Literal["SCHEDULE_FOR_DISABLE", "DISABLE"]
ACCOUNT_UPDATE = "account_update"
SIGNATURE = "x-hub-signature-256"
_HELP = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


@dataclass(frozen=True)
class Number:
    """The business's phone number that a webhook is about."""

    id: str = "106540352242922"
    display: str = "15550123456"
    account: str = "102290129340398"


def text(words: str) -> dict[str, Any]:
    """The content of a text that a user writes."""
    return {"type": "text", "text": {"body": words}}


def image(media: str, mime: str, sha256: str, caption: str = "") -> dict[str, Any]:
    """A picture that a user sends, by the id of its file."""
    shown = {"caption": caption} if caption else {}
    return {"type": "image", "image": {**shown, "mime_type": mime, "sha256": sha256, "id": media}}


def voice(media: str, mime: str, sha256: str) -> dict[str, Any]:
    """Something that a user says, by the id of its file."""
    return {"type": "audio", "audio": {"mime_type": mime, "sha256": sha256, "id": media, "voice": True}}


def received(number: Number, user: str, name: str, id: str, second: int, content: Mapping[str, Any]) -> bytes:
    """The body that says: this user said something, under this bare ``id``."""
    whom = {"from": user, "from_user_id": user_id(user)}
    message = {**whom, "id": message_id(id, user), "timestamp": str(second), **content}
    return _body(number, {"contacts": [_contact(user, name)], "messages": [message]})


def status(number: Number, user: str, id: str, second: int, state: State, code: int = 131026) -> bytes:
    """The body that says what has become of the application's message ``id`` (with its ``wamid.``) to this user."""
    status: dict[str, Any] = {"id": id, "status": state, "timestamp": str(second), "recipient_id": user}
    status["recipient_user_id"] = user_id(user)
    if state == "failed":
        line = CODES[code]
        error = {"code": code, "title": line.title, "message": line.title, "href": _HELP}
        status["errors"] = [{**error, "error_data": {"details": line.details}}]
    else:
        conversation = {"id": hexadecimal("conversation", user, 32), "origin": {"type": "service"}}
        pricing = {"billable": False, "pricing_model": "PMP", "category": "service", "type": "free_customer_service"}
        status.update(conversation=conversation, pricing=pricing)
    return _body(number, {"contacts": [_contact(user)], "statuses": [status]})


def user_id(user: str) -> str:
    """The id of a user that is good with one business only: a country, and up to 128 digits.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
    """
    return f"US.{int(hexadecimal('user', user, 16), 16)}"


def _contact(user: str, name: str = "Somebody") -> dict[str, Any]:
    return {"profile": {"name": name}, "wa_id": user, "user_id": user_id(user)}


def account_update(state: BanState, day: date, second: int, account: str = Number().account) -> bytes:
    """The body that says: this business account will be, or is, disabled on that day.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/account_update
    """
    ban = {"waba_ban_state": state, "waba_ban_date": f"{day:%B} {day.day}, {day.year}"}
    change = {"value": {"event": "DISABLED_UPDATE", "ban_info": ban}, "field": ACCOUNT_UPDATE}
    entry = {"id": account, "time": second, "changes": [change]}
    return dump({"object": "whatsapp_business_account", "entry": [entry]})


def _body(number: Number, value: Mapping[str, Any]) -> bytes:
    metadata = {"display_phone_number": number.display, "phone_number_id": number.id}
    whole = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    entry = {"id": number.account, "changes": [{"value": whole, "field": "messages"}]}
    return dump({"object": "whatsapp_business_account", "entry": [entry]})


def sign(secret: str, body: bytes) -> str:
    """The value of ``X-Hub-Signature-256``: by the app secret, over the bytes of the body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def headers(secret: str | None, body: bytes) -> Headers:
    """What comes with a webhook; without a secret, no signature."""
    signed = () if secret is None else ((SIGNATURE, sign(secret, body)),)
    return (("content-type", "application/json"), ("user-agent", "facebookexternalua"), *signed)


def handshake(token: str, challenge: str) -> str:
    """The query that asks a receiver, once, to prove that it expects webhooks: it must answer with the challenge."""
    return urlencode({"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge})


class WhatsAppWebhooks(whatsapp.WhatsAppDialect):
    """``whatsapp.webhooks``: what WhatsApp sends to the application."""

    service = "whatsapp.webhooks"

    def read(self, request: Request) -> Call:
        """Which event it is (as ``model``), about whom, and what that user wrote."""
        event, user, words = _read(request.body)
        turns = (Turn("user", words),) if words else ()
        return Call(self.service, request, event, text=words, turns=turns, conversation=user, user=user)


def _read(body: bytes) -> tuple[str | None, str | None, str]:
    try:
        change = json.loads(body)["entry"][0]["changes"][0]
        value = change["value"]
        if change.get("field") == ACCOUNT_UPDATE:
            return ACCOUNT_UPDATE, None, ""
        if "statuses" in value:
            status = value["statuses"][0]
            return f"statuses.{status['status']}", string(status["recipient_id"]), ""
        message = value["messages"][0]
        words = message.get("text", {}).get("body") or message.get("image", {}).get("caption") or ""
        return f"messages.{message['type']}", string(message["from"]), string(words) or ""
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None, None, ""
