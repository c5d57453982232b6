"""The values that describe one call from the application to a platform. Pure; no I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, TypeAlias

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """An HTTP request as an edge saw it.

    ``host`` is the platform's own host (``api.openai.com``), whichever way the client connected;
    ``path`` is the platform's own path without the query; header names are lower case. ``family_path``, where given, is
    the path with ``/v1`` in the place of what a declared platform has there.
    """

    method: str
    host: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    family_path: str = ""

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
    ``conversation`` a server-side conversation or previous response id; ``api_key`` a digest, never the key;
    ``upgrade`` that it asks for a WebSocket; ``step`` how often results of tools came back since the user's words.
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
    upgrade: bool = False
    step: int = 0

    @property
    def provider(self) -> str:
        """The platform's name: ``openai`` of ``openai.chat``."""
        return self.service.partition(".")[0]

    @property
    def part(self) -> str:
        """``chat`` of ``openai.chat``: the same for every platform that speaks alike."""
        return self.service.partition(".")[2]

    @property
    def body(self) -> dict[str, Any]:
        """The request's JSON object; empty where the body is none."""
        return self.request.json


@dataclass(frozen=True)
class Reply:
    """A complete HTTP answer."""

    status: int
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True)
class Tool:
    """A tool of the caller's, with the JSON Schema of its arguments."""

    name: str
    schema: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What a caller insists on in the answer: a tool, a JSON Schema for the text, at most so many tokens.

    ``offered`` are tools that the model may call instead of speaking, if it likes.
    ``thinks``: it wants to read what the model thinks before it speaks, which counts against ``limit``.
    """

    tool: Tool | None = None
    schema: dict[str, Any] | None = None
    limit: int | None = None
    offered: tuple[Tool, ...] = ()
    thinks: bool = False


@dataclass(frozen=True)
class Listed:
    """The tools that a server of the application's has for the platform. ``open``: it was asked and has not answered.

    ``tools`` are as the server describes them. ``error`` is why there are none, ``status`` the HTTP status of it.
    """

    server: str
    tools: tuple[Mapping[str, Any], ...] = ()
    error: str | None = None
    status: int = 424
    open: bool = False


@dataclass(frozen=True)
class Used:
    """A tool of the application's that the platform calls by itself. ``open``: it was called and has not answered.

    ``arguments`` are JSON. ``error`` is what went wrong, in the platform's own form. ``approval`` is the id of the
    request that the caller approved; with ``asks`` the tool is not called before they do.
    """

    server: str
    tool: str
    arguments: str
    output: str | None = None
    error: Mapping[str, Any] | None = None
    approval: str | None = None
    asks: bool = False
    open: bool = False


Callback: TypeAlias = Listed | Used
"""What the platform asks of the application before it answers."""

Finish = Literal["stop", "length", "tool_calls", "content_filter", "refusal"]
Vectors = Literal["zero", "nan"]
Shows = Literal["error", "failed"]
"""How a platform says no over a WebSocket: by an error message, or by an answer that has failed."""


@dataclass(frozen=True)
class Answer:
    """What the model says to a call, before a dialect puts it on the wire.

    ``pieces`` are the tokens in order (``text`` is their concatenation); ``id`` is unique and bare: each dialect
    adds its own prefix; ``created`` is in Unix seconds. ``finish`` is why it ends, in OpenAI's words; a dialect says it
    in its provider's. With ``tool``, the name of the tool that the model calls, the pieces are the arguments' JSON.
    ``model`` is the model named in the answer, where it is not the one that was asked. ``dimensions`` and ``vectors``
    are about embeddings: another length than was asked for, or numbers that mean nothing. ``callbacks`` is what the
    platform asked of the application before. ``thinking`` is what the model thought before it spoke, token by token.
    """

    id: str
    created: int
    pieces: tuple[str, ...]
    input_tokens: int
    finish: Finish = "stop"
    tool: str | None = None
    model: str | None = None
    dimensions: int | None = None
    vectors: Vectors | None = None
    callbacks: tuple[Callback, ...] = ()
    thinking: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it waits for the application: nothing that comes after the last callback is known yet."""
        return bool(self.callbacks) and self.callbacks[-1].open

    @property
    def text(self) -> str:
        """The whole answer as one text."""
        return "".join(self.pieces)

    @property
    def output_tokens(self) -> int:
        """How many tokens it has, spoken or thought: each piece is one."""
        return len(self.pieces) + len(self.thinking)

    @property
    def thought(self) -> str:
        """All that was thought before it was said."""
        return "".join(self.thinking)


class FailureKind(StrEnum):
    """The ways a platform says no, in no provider's words. A dialect turns each into the provider's own."""

    ACCOUNT_FLAGGED = "account_flagged"
    """The account was found to break the rules, and is shut: 401, 403 or 400."""
    AUTH_EXPIRED = "auth_expired"
    """The key or token was good and is no longer: 401."""
    AUTH_REVOKED = "auth_revoked"
    """The key is not known (any more): 401."""
    CONFLICT = "conflict"
    """Somebody else is working on the same thing: 409, or the provider's own form of it."""
    CONTENT_REFUSED = "content_refused"
    """The prompt breaks a policy: 400."""
    CONTEXT_TOO_LONG = "context_too_long"
    """More tokens than the model takes: 400."""
    HISTORY_MISSING = "history_missing"
    INVALID_REQUEST = "invalid_request"
    MODEL_RETIRED = "model_retired"
    """The model is no more, or was renamed: 404."""
    NOT_FOUND = "not_found"
    OVERLOADED = "overloaded"
    PERMISSION_DENIED = "permission_denied"
    """The key is good, but not for this: 403."""
    PREFILL_REFUSED = "prefill_refused"
    """The conversation ends with words of the assistant, which the model does not go on from: 400."""
    QUOTA_EXHAUSTED = "quota_exhausted"
    """The money or the month's allowance is used up: 429 or the provider's own status."""
    RATE_LIMIT_REQUESTS = "rate_limit_requests"
    RATE_LIMIT_TOKENS = "rate_limit_tokens"
    REGION_BLOCKED = "region_blocked"
    """The caller's country or region is not served: 403."""
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    """The platform gave up waiting for its own model: 408 or 504."""
    TOO_LARGE = "too_large"
    """The body is larger than the platform takes: 413."""


Per = Literal["minute", "day", "at_once"]
"""What an allowance is counted by: a minute, a day, or what is under way at the same time."""
RetryForm = Literal["seconds", "milliseconds", "date", "fractional", "invalid"]
Page = Literal["html", "nginx", "problem", "auto", "empty", "challenge"]


@dataclass(frozen=True)
class Failure:
    """One failure, with the figures that its headers and its text quote.

    ``retry_after`` and ``reset`` are in seconds as the client should read them; ``None`` leaves the header out.
    ``id`` is a hex string from which the dialect makes its request id. ``message`` replaces the provider's text.
    ``retry_form`` is how the wait is written (``brownout.dialects.Voice`` sees to it): whole seconds and what else the
    provider sends, only milliseconds, an HTTP date, seconds with a fraction, or a word that is no number. ``now`` is in
    Unix seconds, for headers that name a time of day. ``code`` is the provider's own code, where a kind has several;
    a dialect without codes leaves it out. ``logged_out``, of a token that ran out: its holder was logged out, for
    providers that tell the two apart. ``per``, of a rate limit: which allowance it is.
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
    code: str | None = None
    logged_out: bool = False
    per: Per = "minute"


@dataclass(frozen=True)
class Exchange:
    """A call with what makes it the same call in another run: the stable key and which attempt it is."""

    call: Call
    key: str
    canary: str | None
    occurrence: int
    occurrence_from: str  # "client": its own attempt number; "proxy": counted there; "client+proxy": both
