"""An application with one way to ask, and ``DEFECT``: what goes wrong with it as a whole."""

from __future__ import annotations

import asyncio
import os
from typing import IO, Any

from aiohttp import web

from brownout.selftest.apps.client import GOOD, Failed, Platform
from brownout.selftest.apps.serving import answer, later, serve

DEFECT = os.environ.get("DEFECT", "")
RETRIES = {"eases_off": 1, "storms": 60}
"""How often a question is asked again, with a pause of ``AGAIN`` seconds."""
AGAIN = 0.25
platform = Platform()
held: list[IO[bytes]] = []


async def ask(request: web.Request) -> web.Response:
    """The model's answer, or what the defect makes of it."""
    text = (await request.json())["text"]
    if DEFECT == "bypasses":
        return answer({"reply": f"{text} Indeed. [end of answer]"})
    prompt = [{"role": "user", "content": text}]
    wait = None
    for _ in range(1 + RETRIES.get(DEFECT, 0)):
        try:
            return answer({"reply": await platform.answer(GOOD, prompt, 20)})
        except Failed as error:
            wait = error.wait
            await failed()
    return later(wait)


async def failed() -> None:
    """What is done after a call that failed."""
    if DEFECT == "dies":
        os._exit(1)
    if DEFECT == "holds":
        held.append(open(os.devnull, "rb"))  # noqa: SIM115 - that nobody closes it is the defect
    if DEFECT in RETRIES:
        await asyncio.sleep(AGAIN)


def routes() -> list[Any]:
    """What users of it reach it by."""
    return [web.post("/ask", ask)]


if __name__ == "__main__":
    serve(routes())
