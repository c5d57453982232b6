"""Phone numbers: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/phone-numbers."""

from __future__ import annotations

from urllib.parse import parse_qs

from brownout.dialects.whatsapp import common as whatsapp
from brownout.exchange import Answer, Call, Reply


class WhatsAppNumbers(whatsapp.WhatsAppDialect):
    """``whatsapp.numbers``: a business's phone number, its name and its quality rating."""

    service = "whatsapp.numbers"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """The number: all that is usual, or the ``fields`` that are asked for."""
        id = whatsapp.id_in(call.request.path)
        known = {
            "verified_name": "Brownout",
            "code_verification_status": "VERIFIED",
            "display_phone_number": "+1 555-012-3456",
            "quality_rating": "GREEN",
            "platform_type": "CLOUD_API",
            "throughput": {"level": "STANDARD"},
        }
        fields = next(iter(parse_qs(call.request.query).get("fields", ())), "")
        chosen = {name: known[name] for name in fields.split(",") if name in known} if fields else known
        return whatsapp.ok(call, answer.id, {**chosen, "id": id})
