"""One call to the platform: something that can be used, or a failure in the few ways that matter."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from typing import Any

import openai
from openai.types.responses import Response

from .settings import Settings
from .store import Message

log = logging.getLogger(__name__)

_AGAIN = frozenset((408, 409, 429))


class Failed(Exception):
    """A call that led to nothing. ``again``: another one may do better; ``lost``: the platform forgot the conversation.

    ``retry_after`` is how many seconds the platform wants to be left alone.
    """

    def __init__(self, why: str, *, again: bool = False, lost: bool = False, retry_after: float = 0.0) -> None:
        super().__init__(why)
        self.again = again
        self.lost = lost
        self.retry_after = retry_after


class Platform:
    """The official SDK with its own retries off: how often to ask is decided in ``talk.py`` alone."""

    def __init__(self, settings: Settings) -> None:
        self._model, self._ear = settings.model, settings.ear
        self._client = openai.AsyncOpenAI(max_retries=0, timeout=openai.Timeout(settings.call, connect=1.0))
        # The SDK imports its resources on first use: better now than within the first user's time limit.
        self._responses, self._conversations = self._client.responses, self._client.conversations
        self._transcriptions = self._client.audio.transcriptions

    async def begin(self, metadata: dict[str, str]) -> str:
        """A new conversation's id. Raises Failed."""
        try:
            return str((await self._conversations.create(metadata=metadata)).id)
        except Exception as error:
            raise _failure_of(error) from error

    async def respond(self, conversation: str, said: Sequence[Any]) -> str:
        """A whole answer to what was said. Raises Failed."""
        try:
            response = await self._responses.create(model=self._model, conversation=conversation, input=list(said))
            if not isinstance(response, Response) or response.status != "completed" or not response.output_text.strip():
                raise Failed("not a finished response", again=True)
            return response.output_text
        except Exception as error:
            raise _failure_of(error) from error

    async def transcribe(self, name: str, sound: bytes) -> str:
        """What is said in a recording. Raises Failed."""
        try:
            return str((await self._transcriptions.create(model=self._ear, file=(name, sound))).text)
        except Exception as error:
            raise _failure_of(error) from error

    async def mark(self, conversation: str, metadata: dict[str, str]) -> None:
        """Says whose a conversation is. Raises Failed."""
        try:
            await self._conversations.update(conversation, metadata=metadata)
        except Exception as error:
            raise _failure_of(error) from error

    async def messages(self, conversation: str) -> list[Message]:
        """All that was said in a conversation, page after page, oldest first. Raises Failed."""
        found = []
        try:
            async for item in self._conversations.items.list(conversation, order="asc", limit=100):
                if item.type == "message" and item.role in ("user", "assistant"):
                    text = "".join(getattr(part, "text", "") for part in item.content)
                    found.append(Message(item.role, text))
        except Exception as error:
            raise _failure_of(error) from error
        return found

    async def close(self) -> None:
        """Ends its connections."""
        await self._client.close()


def _failure_of(error: Exception) -> Failed:
    failed = error if isinstance(error, Failed) else _read(error)
    log.warning("the platform: %s", failed)
    return failed


def _read(error: Exception) -> Failed:
    if isinstance(error, openai.APIStatusError):
        status = error.status_code
        if status == 404 and error.code != "model_not_found":
            return Failed("it lost the conversation", lost=True)
        again = status >= 500 or status in _AGAIN
        return Failed(f"status {status}: {error}", again=again, retry_after=_retry_after(error) if again else 0.0)
    if isinstance(error, openai.APITimeoutError):
        return Failed("timed out", again=True)
    # What is no JSON, or not as declared, comes from a platform that is failing too.
    return Failed(f"{type(error).__name__}: {error}", again=True)


def _retry_after(error: openai.APIStatusError) -> float:
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        if math.isfinite(seconds) and seconds > 0:
            return seconds
    return 0.0
