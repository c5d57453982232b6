"""What OpenAI tells the application: that work which nobody waits for is done."""

from __future__ import annotations

import asyncio
import time

from brownout.dialects.openai import webhooks
from brownout.dialects.openai.webhooks import Event
from brownout.effects import Signature
from brownout.exchange import Headers
from brownout.standin.delivery import Delivery
from brownout.standin.inbound import Inbound
from brownout.standin.stages import Work

SERVICE = "openai.webhooks"
TAKES = 0.5
"""Seconds that such work takes where somebody is told of its end; without webhooks it goes on at every look."""
_OTHER_SECRET = "not the secret of this application"
_EVENTS: dict[tuple[str, str], Event] = {
    ("batch", "cancelled"): "batch.cancelled",
    ("batch", "completed"): "batch.completed",
    ("batch", "expired"): "batch.expired",
    ("batch", "failed"): "batch.failed",
    ("fine_tuning", "cancelled"): "fine_tuning.job.cancelled",
    ("fine_tuning", "failed"): "fine_tuning.job.failed",
    ("fine_tuning", "succeeded"): "fine_tuning.job.succeeded",
    ("response", "cancelled"): "response.cancelled",
    ("response", "completed"): "response.completed",
    ("response", "failed"): "response.failed",
    ("response", "incomplete"): "response.incomplete",
}


class OpenAIInbound:
    """Finishes work that was accepted, and sends the webhook that says so."""

    def __init__(self, inbound: Inbound) -> None:
        self._inbound = inbound

    def accepted(self, work: Work) -> None:
        """Take note of work; where nobody wants to know of its end, it is left alone."""
        if "openai" in self._inbound.receivers:
            asyncio.get_running_loop().call_later(TAKES, self._finish, work)

    def _finish(self, work: Work) -> None:
        second = int(time.time())
        event = _EVENTS.get((work.kind, work.finish(second)))
        receiver = self._inbound.receivers.get("openai")
        if event is None or receiver is None:
            return
        body = webhooks.event(f"{work.id} {event}", event, work.id, second)
        id = webhooks.webhook_id(f"{work.id} {event}")

        def sign(now: int, signature: Signature) -> Headers:
            secrets = {"good": receiver.secret, "wrong": _OTHER_SECRET, "missing": None}
            return webhooks.headers(secrets[signature], id, now, body)

        self._inbound.deliver(Delivery(SERVICE, event, work.about, body, sign))
