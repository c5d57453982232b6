"""The two providers, each as a stream of text that either ends whole or raises.

The SDKs' own retries are off: how often and when to ask again is decided in one place, ``answering.py``. A stream that
is cut off raises nothing in either SDK, so each provider looks for the sign that its answer is complete.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Protocol

import anthropic
import openai

from .settings import Settings

Messages = list[dict[str, str]]
"""Role and text of a conversation, oldest first."""
_MAX_TOKENS = 2048


class NotWhole(Exception):
    """The answer ended without the sign that it is complete, or is empty."""


class Provider(Protocol):
    """Somebody who can answer."""

    name: str

    def answer(self, messages: Messages, *, streamed: bool) -> AsyncGenerator[str, None]:
        """Pieces of one whole answer. Raises NotWhole, or whatever the SDK and its HTTP client raise."""

    async def close(self) -> None:
        """Ends its connections."""


def _check(reason: str | None, text: str | None) -> str:
    if reason not in ("stop", "end_turn", "stop_sequence"):
        raise NotWhole(f"the answer ended with {reason!r}")
    if not text or not text.strip():
        raise NotWhole("the answer is empty")
    return text


def _prompt(messages: Messages) -> list[Any]:
    return [{"role": message["role"], "content": message["text"]} for message in messages]


class OpenAI:
    """Chat Completions. A whole answer has a ``finish_reason``."""

    name = "openai"

    def __init__(self, settings: Settings) -> None:
        self._model = settings.openai_model
        timeout = openai.Timeout(settings.whole_answer, connect=min(1.0, settings.first_token))
        self._client = openai.AsyncOpenAI(max_retries=0, timeout=timeout)
        # The SDKs import their resources on first use: better now than within the first user's time limit.
        self._completions = self._client.chat.completions

    async def answer(self, messages: Messages, *, streamed: bool) -> AsyncGenerator[str, None]:
        if streamed:
            async for piece in self._streamed(messages):
                yield piece
            return
        completion = await self._completions.create(model=self._model, messages=_prompt(messages))
        choice = completion.choices[0]
        yield _check(choice.finish_reason, choice.message.content)

    async def _streamed(self, messages: Messages) -> AsyncGenerator[str, None]:
        text, reason = "", None
        async with await self._completions.create(model=self._model, messages=_prompt(messages), stream=True) as stream:
            async for chunk in stream:
                for choice in chunk.choices:
                    reason = choice.finish_reason or reason
                    if choice.delta.content:
                        text += choice.delta.content
                        yield choice.delta.content
        _check(reason, text)

    async def close(self) -> None:
        await self._client.close()


class Anthropic:
    """Messages. A whole answer has a ``stop_reason``, and its stream ends with ``message_stop``."""

    name = "anthropic"

    def __init__(self, settings: Settings) -> None:
        self._model = settings.anthropic_model
        timeout = anthropic.Timeout(settings.whole_answer, connect=min(1.0, settings.first_token))
        self._client = anthropic.AsyncAnthropic(max_retries=0, timeout=timeout)
        self._messages = self._client.messages

    async def answer(self, messages: Messages, *, streamed: bool) -> AsyncGenerator[str, None]:
        if streamed:
            async for piece in self._streamed(messages):
                yield piece
            return
        message = await self._messages.create(model=self._model, max_tokens=_MAX_TOKENS, messages=_prompt(messages))
        text = "".join(block.text for block in message.content if block.type == "text")
        yield _check(message.stop_reason, text)

    async def _streamed(self, messages: Messages) -> AsyncGenerator[str, None]:
        text, reason, stopped = "", None, False
        async with await self._messages.create(
            model=self._model, max_tokens=_MAX_TOKENS, messages=_prompt(messages), stream=True
        ) as stream:
            async for event in stream:
                if event.type == "content_block_delta" and event.delta.type == "text_delta" and event.delta.text:
                    text += event.delta.text
                    yield event.delta.text
                elif event.type == "message_delta":
                    reason = event.delta.stop_reason
                elif event.type == "message_stop":
                    stopped = True
        _check(reason if stopped else None, text)

    async def close(self) -> None:
        await self._client.close()
