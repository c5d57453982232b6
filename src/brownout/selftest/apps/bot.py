"""Bots on WhatsApp in one application: which of them somebody writes to, the digits of the number say.

The number of a drill's user is 999, two digits for the journey, and seven for the user; ``BOTS`` names the bots in the
order of the journeys, separated by commas.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
from typing import Any

from aiohttp import web

from brownout.selftest.apps.client import GOOD, Failed, Platform
from brownout.selftest.apps.serving import answer, serve

SECRET, TOKEN, NUMBER = "test-app-secret", "test-verify-token", "106540352242922"
LATER = "There is no answer right now. Please write again in a moment."
NOTICE = "This chat ends soon: link your account at example.com/link to take it along."
BOTS = os.environ.get("BOTS", "").split(",")
TRIES = {"bot_silent": "overloads", "bot_excuses": "overloads"}
"""The model of bots that the platform fails."""

platform, whatsapp = Platform(), Platform("WHATSAPP_BASE_URL")
answered: set[str] = set()
ending: set[str] = set()
work: set[asyncio.Task[None]] = set()


async def write(to: str, text: str) -> None:
    """Send somebody a message on WhatsApp."""
    body = {"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": text}}
    await whatsapp.post(f"/v25.0/{NUMBER}/messages", body)


async def turn(bot: str, message: dict[str, Any]) -> None:
    """Answer one message as this bot does."""
    to, text = message["from"], message["text"]["body"]
    try:
        reply = await platform.answer(TRIES.get(bot, GOOD), [{"role": "user", "content": text}])
        await write(to, f"{reply}\n{NOTICE}" if ending and bot == "bot_tells" else reply)
    except Failed:
        if bot != "bot_silent":
            await write(to, LATER)


def take(message: dict[str, Any]) -> None:
    """Begin with a message, once; the bot that does not remember ids begins with it each time that it comes."""
    bot = BOTS[int(message["from"][3:5])]
    if message["id"] in answered and bot != "bot_twice":
        return
    answered.add(message["id"])
    task = asyncio.create_task(turn(bot, message))
    work.add(task)
    task.add_done_callback(work.discard)


async def hook(request: web.Request) -> web.Response:
    """A webhook, if its signature is good: it is taken at once, and worked on afterwards."""
    body = await request.read()
    expected = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(request.headers.get("x-hub-signature-256", ""), expected):
        return answer({}, 401)
    for change in json.loads(body)["entry"][0]["changes"]:
        if change["field"] == "account_update":
            ending.add(str(change["value"].get("event")))
        for message in change["value"].get("messages", ()):
            take(message)
    return answer({})


async def handshake(request: web.Request) -> web.Response:
    """The challenge that comes before the first webhook."""
    known = request.query.get("hub.verify_token") == TOKEN
    return web.Response(text=request.query["hub.challenge"] if known else "", status=200 if known else 403)


if __name__ == "__main__":
    serve([web.get("/hook", handshake), web.post("/hook", hook)])
