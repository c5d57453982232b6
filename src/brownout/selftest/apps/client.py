"""The platform as the applications call it: one client, plain and streamed, and one error for all that goes wrong."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

KEY = "sk-test-0000000000000000"
"""A made-up key, which the stand-in takes."""
GOOD = "gpt-4o-mini"
"""A model that no fault strikes."""
ENDS = frozenset({"stop", "length"})
"""Reasons with which a whole answer ends."""


class Failed(Exception):
    """A call that brought no answer: its status if there was one, what the platform wrote, and the wait it named."""

    def __init__(self, status: int | None, text: str, wait: str | None = None) -> None:
        super().__init__(f"Error code: {status} - {text}")
        self.status, self.text, self.wait = status, text, wait


class Platform:
    """A client without retries, and without a timeout of its own."""

    def __init__(self, variable: str = "OPENAI_BASE_URL") -> None:
        self._base = os.environ[variable]
        self._session: aiohttp.ClientSession | None = None

    async def pieces(
        self, model: str, messages: list[Any], timeout: float | None = 10, **more: Any
    ) -> AsyncIterator[tuple[str, str | None]]:
        """Each piece of a streamed answer, and the reason with which it ends. Raises Failed."""
        body = {"model": model, "messages": messages, "stream": True, **more}
        async with self._call("/chat/completions", body, timeout) as response:
            async for line in response.content:
                if not line.startswith(b"data: {"):
                    continue
                for choice in json.loads(line[len(b"data: ") :]).get("choices", ()):
                    yield choice["delta"].get("content") or "", choice.get("finish_reason")

    async def answer(
        self, model: str, messages: list[Any], timeout: float | None = 10, key: str = KEY, **more: Any
    ) -> str:
        """The text of a plain answer. Raises Failed."""
        async with self._call("/chat/completions", {"model": model, "messages": messages, **more}, timeout, key) as got:
            return str((await got.json())["choices"][0]["message"]["content"] or "")

    async def claude(self, messages: list[Any], timeout: float | None = 10) -> str:
        """The text of a plain answer of Anthropic's API. Raises Failed."""
        body = {"model": "claude-sonnet-4-5", "max_tokens": 1024, "messages": messages}
        async with self._call("/v1/messages", body, timeout) as got:
            return "".join(part.get("text", "") for part in (await got.json())["content"])

    async def post(self, path: str, body: Mapping[str, Any]) -> None:
        """Send something whose answer does not matter. Raises Failed."""
        async with self._call(path, body, 10):
            pass

    @asynccontextmanager
    async def _call(
        self, path: str, body: Mapping[str, Any], timeout: float | None, key: str = KEY
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        head = {"authorization": f"Bearer {key}", "x-api-key": key, "anthropic-version": "2023-06-01"}
        limit = aiohttp.ClientTimeout(total=timeout)
        try:
            async with self._session.post(f"{self._base}{path}", json=body, headers=head, timeout=limit) as response:
                if response.status >= 400:
                    raise Failed(response.status, await response.text(), response.headers.get("retry-after"))
                yield response
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            raise Failed(None, f"{type(error).__name__}: {error}") from error
