"""What becomes of a message on WhatsApp: it is answered within the deadline, or apologised for."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool

from . import words
from .channel import Channel, Unsent
from .queues import Inbox, Received
from .sending import Sender
from .settings import Settings
from .talk import NoAnswer, Talk

log = logging.getLogger(__name__)

_VOICE = "(a voice message)"
_PICTURE = "(a picture)"


class Answering:
    """``done`` is called when there is something to send."""

    def __init__(
        self,
        talk: Talk,
        channel: Channel,
        sender: Sender,
        inbox: Inbox,
        settings: Settings,
        done: Callable[[], None],
    ) -> None:
        self._talk, self._channel, self._sender, self._inbox = talk, channel, sender, inbox
        self._deadline = settings.deadline
        self._done = done
        self._courtesies: set[asyncio.Task[None]] = set()

    async def answer(self, received: Received) -> None:
        """One message."""
        reading = asyncio.create_task(self._sender.read(received.wamid))
        self._courtesies.add(reading)
        reading.add_done_callback(self._courtesies.discard)
        reply = await self._reply(received)
        await run_in_threadpool(self._inbox.answered, received, words.parts(reply))
        self._done()

    async def _reply(self, received: Received) -> str:
        try:
            async with asyncio.timeout(self._deadline):
                return await self._answered(received)
        except (NoAnswer, Unsent, TimeoutError) as error:
            log.info("no answer for %s: %s", received.wamid, error)
            placeholder = {"audio": _VOICE, "image": _PICTURE}.get(received.kind, "")
            text = received.text or placeholder
            await self._talk.keep(received.phone, "whatsapp", text, received.wamid)
            return words.APOLOGY

    async def _answered(self, received: Received) -> str:
        extra, text = [], received.text
        if received.kind == "audio" and received.media:
            sound = await self._channel.fetch(received.media)
            text = await self._talk.heard("voice.ogg", sound)
        elif received.kind == "image" and received.media:
            picture = base64.b64encode(await self._channel.fetch(received.media)).decode()
            url = f"data:{received.mime or 'image/jpeg'};base64,{picture}"
            extra.append({"type": "input_image", "detail": "auto", "image_url": url})
            text = text or _PICTURE
        elif received.kind != "text":
            return words.UNREADABLE
        return await self._talk.answer(received.phone, "whatsapp", text, received.wamid, *extra)
