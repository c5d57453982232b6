"""Three ways to answer beside each other: one that holds what others need, one that needs it, and one with a breaker.

``/stubborn`` asks OpenAI again and again, on one of a few lines; ``/search`` asks Anthropic, and needs a line, too.
``/careful`` stops asking OpenAI after a few failures, looks now and then whether it is back, and asks Anthropic then.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

LINES = asyncio.Semaphore(4)
TRIES = 3
FAILURES = 3
"""So many in a row open the breaker, ..."""
REST = 0.6
"""... which lets one call through so often. Seconds."""

http = httpx.AsyncClient(timeout=2.0, limits=httpx.Limits(max_connections=100))


Answer = dict[str, Any]


async def _openai(text: str) -> Answer | None:
    """The answer and who gave it, or None for a failure."""
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": text}]}
    try:
        answer = await http.post(f"{os.environ['OPENAI_BASE_URL']}/chat/completions", json=body, headers=_KEY)
        told = answer.raise_for_status().json()
        return {
            "reply": str(told["choices"][0]["message"]["content"]),
            **{"fallback": False, "model": told["model"], "tokens": told["usage"]["total_tokens"]},
        }
    except (httpx.HTTPError, KeyError, ValueError):
        return None


async def _anthropic(text: str) -> Answer | None:
    """The answer and who gave it, or None for a failure."""
    body = {"model": "claude-sonnet-4-5", "max_tokens": 500, "messages": [{"role": "user", "content": text}]}
    try:
        answer = await http.post(f"{os.environ['ANTHROPIC_BASE_URL']}/v1/messages", json=body, headers=_KEY)
        told = answer.raise_for_status().json()
        tokens = told["usage"]["input_tokens"] + told["usage"]["output_tokens"]
        return {
            "reply": str(told["content"][0]["text"]),
            **{"fallback": True, "model": told["model"], "tokens": tokens},
        }
    except (httpx.HTTPError, KeyError, ValueError):
        return None


_KEY = {"authorization": "Bearer sk-test-0000", "x-api-key": "sk-test-0000", "anthropic-version": "2023-06-01"}


class Breaker:
    """Open after a few failures in a row; then one call passes now and then."""

    failed = 0
    tried = 0.0

    def admits(self) -> bool:
        """Whether the next call may be made."""
        if self.failed < FAILURES:
            return True
        if time.monotonic() - self.tried < REST:
            return False
        self.tried = time.monotonic()
        return True

    def saw(self, answer: Answer | None) -> None:
        """What came of a call."""
        self.failed = self.failed + 1 if answer is None else 0
        self.tried = time.monotonic()


BREAKER = Breaker()


async def _stubborn(text: str) -> Answer | None:
    async with LINES:
        for _ in range(TRIES):
            if (answer := await _openai(text)) is not None:
                return answer
    return None


async def _search(text: str) -> Answer | None:
    async with LINES:
        return await _anthropic(text)


async def _careful(text: str) -> Answer | None:
    if BREAKER.admits():
        answer = await _openai(text)
        BREAKER.saw(answer)
        if answer is not None:
            return answer
    return await _anthropic(text)


WAYS = {"stubborn": _stubborn, "search": _search, "careful": _careful}


async def _ask(request: Request) -> JSONResponse:
    text = (await request.json())["text"]
    answer = await WAYS[request.path_params["way"]](text)
    return JSONResponse(answer or {"error": "no answer now"}, 200 if answer else 502)


if __name__ == "__main__":
    app = Starlette(routes=[Route("/{way}", _ask, methods=["POST"])])
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
