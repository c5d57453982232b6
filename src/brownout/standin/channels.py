"""The platforms of one stand-in that call the application by themselves, and the people who write there."""

from __future__ import annotations

from brownout.standin.inbound import Inbound
from brownout.standin.openai_desk import OpenAIDesk
from brownout.standin.openai_inbound import OpenAIInbound
from brownout.standin.responder import Responder
from brownout.standin.whatsapp_control import PREFIX as PREFIX
from brownout.standin.whatsapp_control import Answered, control
from brownout.standin.whatsapp_desk import WhatsAppDesk
from brownout.standin.whatsapp_inbound import WhatsAppInbound


class Channels:
    """Joins desks to what is sent to the application."""

    def __init__(self, seed: int, responder: Responder, inbound: Inbound) -> None:
        whatsapp, openai = responder.desk("whatsapp"), responder.desk("openai")
        assert isinstance(whatsapp, WhatsAppDesk)
        assert isinstance(openai, OpenAIDesk)
        self._desk, self._inbound = whatsapp, WhatsAppInbound(seed, whatsapp, inbound)
        openai.announce(OpenAIInbound(inbound).accepted)

    async def control(self, method: str, path: str, query: str, body: bytes) -> Answered:
        """Status and JSON for a request to the stand-in's own interface."""
        return await control(self._desk, self._inbound, method, path, query, body)
