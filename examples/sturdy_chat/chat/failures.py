"""What went wrong with a provider, in the few ways that matter for what to do next."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import anthropic
import openai

_OUR_OWN_FAULT = frozenset({400, 413, 422})
_NOT_WORTH_REPEATING = _OUR_OWN_FAULT | {401, 402, 403, 404}


class Failed(Exception):
    """One attempt at an answer failed."""

    def __init__(
        self, why: str, *, again: bool = False, retry_after: float = 0.0, blames_provider: bool = True
    ) -> None:
        super().__init__(why)
        self.again = again
        """The same provider may well succeed at once."""
        self.retry_after = retry_after
        """It asked to be left alone for so many seconds."""
        self.blames_provider = blames_provider
        """It says something about the provider's health."""


def failure_of(error: Exception, *, began: bool) -> Failed:
    """``began``: some text had already come; then the other provider starts over, not this one."""
    if isinstance(error, openai.APIStatusError | anthropic.APIStatusError):
        status, headers = error.status_code, error.response.headers
        return Failed(
            f"status {status}: {error}",
            again=not began and status not in _NOT_WORTH_REPEATING,
            retry_after=retry_after_of(headers, now=time.time()),
            blames_provider=status not in _OUR_OWN_FAULT,
        )
    if isinstance(error, TimeoutError | openai.APITimeoutError | anthropic.APITimeoutError):
        # It has had its share of the deadline: the rest belongs to the other provider.
        return Failed("timed out" if began else "timed out before its first word")
    return Failed(f"{type(error).__name__}: {error}", again=not began)


def retry_after_of(headers: Mapping[str, str], *, now: float) -> float:
    """Seconds that an answer asks to wait, the longest of what it says; 0 where it says nothing that can be read.

    ``retry-after-ms`` holds milliseconds, ``Retry-After`` seconds or a date.
    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    after = headers.get("retry-after", "")
    waits = [_number(headers.get("retry-after-ms", "")) / 1000, _number(after), _seconds_until(after, now)]
    return max(0.0, *(wait for wait in waits if math.isfinite(wait)))


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return 0.0


def _seconds_until(date: str, now: float) -> float:
    try:
        return parsedate_to_datetime(date).timestamp() - now
    except (TypeError, ValueError):
        return 0.0
