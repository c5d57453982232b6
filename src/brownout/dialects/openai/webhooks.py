"""What OpenAI sends to the application: https://platform.openai.com/docs/guides/webhooks.

Pure: bodies, and the signature over them (https://www.standardwebhooks.com).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Literal

from brownout.dialects.encoding import dump
from brownout.dialects.headers import hexadecimal
from brownout.dialects.openai.common import OpenAIDialect
from brownout.dialects.reading import string
from brownout.exchange import Call, Headers, Request

Event = Literal[
    "batch.cancelled",
    "batch.completed",
    "batch.expired",
    "batch.failed",
    "fine_tuning.job.cancelled",
    "fine_tuning.job.failed",
    "fine_tuning.job.succeeded",
    "response.cancelled",
    "response.completed",
    "response.failed",
    "response.incomplete",
]
_PREFIX = "whsec_"


def event(id: str, type: Event, subject: str, second: int) -> bytes:
    """The body: something has become of ``subject`` (``resp_…``, ``batch_…``) in Unix second ``second``."""
    made = {"id": f"evt_{hexadecimal('event', id, 32)}", "object": "event", "created_at": second}
    return dump({**made, "type": type, "data": {"id": subject}})


def webhook_id(id: str) -> str:
    """The id of a delivery: the same each time that it is tried."""
    return f"wh_{hexadecimal('webhook', id, 32)}"


def sign(secret: str, id: str, second: int, body: bytes) -> str:
    """The value of ``webhook-signature``. A secret that begins with ``whsec_`` holds the key in base 64."""
    signed = hmac.new(_key(secret), f"{id}.{second}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def _key(secret: str) -> bytes:
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("a webhook secret that begins with whsec_ goes on in base 64") from None


def headers(secret: str | None, id: str, second: int, body: bytes) -> Headers:
    """What comes with a webhook that is sent in Unix second ``second``; without a secret, no signature."""
    signed = () if secret is None else (("webhook-signature", sign(secret, id, second, body)),)
    sent = (
        ("content-type", "application/json"),
        ("user-agent", "OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)"),
    )
    return (*sent, ("webhook-id", id), ("webhook-timestamp", str(second)), *signed)


class OpenAIWebhooks(OpenAIDialect):
    """``openai.webhooks``: what OpenAI sends to the application."""

    service = "openai.webhooks"

    def read(self, request: Request) -> Call:
        """Which event it is (as ``model``), and about what."""
        data = request.json.get("data")
        about = string(data.get("id")) if isinstance(data, dict) else None
        return Call(self.service, request, string(request.json.get("type")), conversation=about)
