"""Two chats on one platform: a thrifty one, and one that burns money; with ``LEAK`` both leave things behind.

On a good day nothing shows. When a call fails, the thrifty chat asks once more; the other one asks five times at once
and takes what comes. With ``LEAK`` an answer that is a refusal is neither read nor closed, so that its connection
stays, and what failed is kept for a log that nobody writes.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

LEAKS = "LEAK" in os.environ
KEPT = 1_500_000
"""Bytes that a refusal leaves behind."""
client = httpx.AsyncClient(
    base_url=os.environ["OPENAI_BASE_URL"],
    headers={"authorization": "Bearer sk-test-000000000000"},
    limits=httpx.Limits(max_connections=None),
    timeout=10,
)
failed: list[bytearray] = []


class Failed(Exception):
    """No whole answer came of a call."""


async def ask(text: str) -> str:
    """The answer of one streamed call. Raises Failed."""
    body = {"model": "gpt-4o-mini", "stream": True, "messages": [{"role": "user", "content": text}]}
    body["stream_options"] = {"include_usage": True}
    response = await client.send(client.build_request("POST", "chat/completions", json=body), stream=True)
    if response.status_code != 200 and LEAKS:
        failed.append(bytearray(b"x") * KEPT)
        raise Failed
    try:
        return await _read(response)
    finally:
        await response.aclose()


async def _read(response: httpx.Response) -> str:
    if response.status_code != 200:
        raise Failed
    pieces, ended = [], False
    try:
        async for line in response.aiter_lines():
            if line == "data: [DONE]":
                ended = True
            elif line.startswith("data: "):
                choices = json.loads(line.removeprefix("data: "))["choices"]
                pieces += [choice["delta"].get("content") or "" for choice in choices]
    except httpx.HTTPError:
        raise Failed from None
    if not ended:
        raise Failed
    return "".join(pieces)


def route(path: str, again: int) -> Route:
    """A chat that asks so many times more, all at once, where the first call failed."""

    async def answer(request: Request) -> JSONResponse:
        text = (await request.json())["text"]
        for calls in (1, again):
            replies = await asyncio.gather(*(ask(text) for _ in range(calls)), return_exceptions=True)
            for reply in replies:
                if isinstance(reply, str):
                    return JSONResponse({"reply": reply})
        return JSONResponse({"error": "no answer right now"}, 503, {"retry-after": "1"})

    return Route(path, answer, methods=["POST"])


async def healthy(request: Request) -> JSONResponse:
    """Calls no platform."""
    return JSONResponse({"ok": True})


app = Starlette(routes=[Route("/healthz", healthy), route("/thrifty", 1), route("/burning", 5)])

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
