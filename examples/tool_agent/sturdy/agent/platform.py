"""One call to the platform: a response that can be used, or a failure in the few ways that matter."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from typing import Any

import openai
from openai.types.responses import Response

from . import tools
from .settings import Settings

log = logging.getLogger(__name__)

_AGAIN = frozenset((408, 409, 429))


class Failed(Exception):
    """A call that led to nothing. ``again``: another one may do better; ``lost``: the platform forgot what came before.

    ``retry_after`` is how many seconds the platform wants to be left alone.
    """

    def __init__(self, why: str, *, again: bool = False, lost: bool = False, retry_after: float = 0.0) -> None:
        super().__init__(why)
        self.again = again
        self.lost = lost
        self.retry_after = retry_after


class Platform:
    """Responses, by the official SDK with its own retries off: how often to ask is decided in ``turns.py`` alone."""

    def __init__(self, settings: Settings) -> None:
        self._model = settings.model
        self._client = openai.AsyncOpenAI(max_retries=0, timeout=openai.Timeout(settings.call, connect=1.0))
        # The SDK imports its resources on first use: better now than within the first user's time limit.
        self._responses = self._client.responses

    async def respond(
        self, given: Sequence[Any], previous: str | None, offered: Sequence[Any], choice: Any
    ) -> Response:
        """A finished response whose tool calls can all be carried out, or with words in it. Raises Failed."""
        try:
            response = await self._responses.create(
                model=self._model,
                input=list(given),
                tools=list(offered),
                tool_choice=choice,
                previous_response_id=previous,
            )
            _check(response)
        except Exception as error:
            failed = _failure_of(error)
            log.warning("the platform: %s", failed)
            raise failed from error
        return response

    async def close(self) -> None:
        """Ends its connections."""
        await self._client.close()


def calls_in(response: Response) -> list[Any]:
    """The tools that the model wants to use."""
    return [item for item in response.output if item.type == "function_call"]


def _check(response: Any) -> None:
    if not isinstance(response, Response) or response.status != "completed":
        raise Failed("not a finished response", again=True)
    for call in calls_in(response):
        tools.check(call.name, call.arguments)
    if not calls_in(response) and not response.output_text.strip():
        raise Failed("a response with nothing in it", again=True)


def _failure_of(error: Exception) -> Failed:
    if isinstance(error, Failed):
        return error
    if isinstance(error, openai.APIStatusError):
        if error.code == "previous_response_not_found":
            return Failed("it lost the conversation", lost=True)
        status = error.status_code
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
