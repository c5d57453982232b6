"""All of Meta's Graph API that has no dialect of its own: https://developers.facebook.com/docs/graph-api."""

from __future__ import annotations

from brownout.dialects import whatsapp


class WhatsAppOther(whatsapp.WhatsAppDialect):
    """``whatsapp.other``: fails as the Graph API does, and answers nothing."""

    service = "whatsapp.other"
