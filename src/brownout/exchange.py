"""The values that describe one call from the application to a platform. Pure; no I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """An HTTP request as an edge saw it.

    ``host`` is the platform's own host (``api.openai.com``), whichever way the client connected;
    ``path`` is the platform's own path without the query; header names are lower case.
    """

    method: str
    host: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object, or an empty dict where it is none."""
        if not self.body or self.body[:1] not in b"{ \t\r\n":
            return {}
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True)
class Turn:
    """One message of the conversation that a client sent along."""

    role: str
    text: str


@dataclass(frozen=True)
class Call:
    """What a dialect reads out of a request: everything that matching, deciding and answering need.

    ``service`` is the part of the platform (``openai.chat``); ``text`` the last thing the user said;
    ``conversation`` a server-side conversation or previous response id; ``api_key`` a digest, never the key.
    """

    service: str
    request: Request
    model: str | None = None
    stream: bool = False
    text: str = ""
    turns: tuple[Turn, ...] = ()
    conversation: str | None = None
    user: str | None = None
    api_key: str | None = None
    attempt: int | None = None

    @property
    def provider(self) -> str:
        """``openai`` of ``openai.chat``."""
        return self.service.partition(".")[0]

    @property
    def body(self) -> dict[str, Any]:
        """The request's JSON object."""
        return self.request.json


@dataclass(frozen=True)
class Reply:
    """A complete HTTP answer."""

    status: int
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What the model says to a call, before a dialect puts it on the wire.

    ``pieces`` are the tokens in order (``text`` is their concatenation); ``id`` is unique and bare: each dialect
    adds its own prefix; ``created`` is in Unix seconds.
    """

    id: str
    created: int
    pieces: tuple[str, ...]
    input_tokens: int
    finish: str = "stop"

    @property
    def text(self) -> str:
        """The whole answer."""
        return "".join(self.pieces)

    @property
    def output_tokens(self) -> int:
        """One piece is one token."""
        return len(self.pieces)


class FailureKind(StrEnum):
    """The ways a platform says no, in no provider's words. A dialect turns each into the provider's own."""

    SERVER_ERROR = "server_error"
    OVERLOADED = "overloaded"
    RATE_LIMIT_REQUESTS = "rate_limit_requests"
    RATE_LIMIT_TOKENS = "rate_limit_tokens"
    HISTORY_MISSING = "history_missing"
    INVALID_REQUEST = "invalid_request"
    NOT_FOUND = "not_found"


RetryForm = Literal["seconds", "milliseconds", "date", "fractional"]
Page = Literal["html", "nginx", "problem", "auto", "empty"]


@dataclass(frozen=True)
class Failure:
    """One failure, with the figures that its headers and its text quote.

    ``retry_after`` and ``reset`` are in seconds as the client should read them; ``None`` leaves the header out.
    ``id`` is a hex string from which the dialect makes its request id. ``message`` replaces the provider's text.
    ``retry_form`` is how the wait is written (``brownout.dialects.Voice`` sees to it): whole seconds and what else the
    provider sends, only milliseconds, an HTTP date, or seconds with a fraction. ``now`` is in Unix seconds, for
    headers that name a time of day.
    """

    kind: FailureKind
    id: str = "0123456789abcdef0123456789abcdef"
    status: int | None = None
    message: str | None = None
    retry_after: float | None = None
    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None
    retry_form: RetryForm = "seconds"
    now: float = 0.0


@dataclass(frozen=True)
class Exchange:
    """A call with what makes it the same call in another run: the stable key and which attempt it is."""

    call: Call
    key: str
    canary: str | None
    occurrence: int
    occurrence_from: str  # "client": its own attempt number; "proxy": counted there; "client+proxy": both
