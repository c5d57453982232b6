"""The platforms of one stand-in that call the application by themselves, and the people who write there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from brownout.exchange import Call, Callback
from brownout.standin.callbacks import Callbacks
from brownout.standin.ends import Ends
from brownout.standin.inbound import Inbound
from brownout.standin.openai.callbacks import OpenAICallbacks
from brownout.standin.openai.desk import OpenAIDesk
from brownout.standin.openai.inbound import OpenAIInbound
from brownout.standin.responder import Responder
from brownout.standin.whatsapp.control import PREFIX as PREFIX
from brownout.standin.whatsapp.control import Answered, control
from brownout.standin.whatsapp.desk import WhatsAppDesk
from brownout.standin.whatsapp.inbound import WhatsAppInbound


class Channels:
    """Joins desks to what is sent to the application."""

    def __init__(self, seed: int, responder: Responder, inbound: Inbound) -> None:
        whatsapp, openai = responder.desk("whatsapp"), responder.desk("openai")
        assert isinstance(whatsapp, WhatsAppDesk)
        assert isinstance(openai, OpenAIDesk)
        self._desk, self._inbound = whatsapp, WhatsAppInbound(seed, whatsapp, inbound)
        openai.announce(OpenAIInbound(inbound).accepted)
        self._deciding = inbound.deciding
        self._ending: asyncio.Task[None] | None = None
        self._callbacks: tuple[Callbacks, ...] = (OpenAICallbacks(seed, openai.history, inbound, responder.tools),)

    def callbacks(self, call: Call) -> AsyncGenerator[tuple[Callback, ...], None] | None:
        """What the application is asked before a call is answered; None where it is asked nothing."""
        return next((maker.made(call) for maker in self._callbacks if maker.wanted(call)), None)

    def start(self) -> None:
        """Tell of the end of a channel when its time comes."""
        if end := self._deciding.ends.get("whatsapp"):
            ends = Ends(end, self._deciding.speed, self._deciding.beginning, self._inbound.disabled)
            self._ending = asyncio.get_running_loop().create_task(ends.run())

    async def stop(self) -> None:
        """Stop telling the application that its channels end."""
        if self._ending:
            self._ending.cancel()
            await asyncio.gather(self._ending, return_exceptions=True)

    async def control(self, method: str, path: str, query: str, body: bytes) -> Answered:
        """Status and JSON for a request to the stand-in's own interface."""
        return await control(self._desk, self._inbound, method, path, query, body)
