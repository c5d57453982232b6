"""What a fault is: one failure kind with its own settings, compiled to effects.

A fault knows no provider, no clock and no randomness: it asks the strike. The rule around it says when, where and
how often.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Protocol

from pydantic import BeforeValidator, WithJsonSchema

from brownout.effects import End, Head, Program, Send
from brownout.exchange import Call, Failure, Reply
from brownout.model import Frozen

Page = Literal["html", "problem", "auto", "empty"]


class Platform(Protocol):
    """What a fault may ask of the provider's dialect. Implemented by ``brownout.dialects.Voice``."""

    def failure(self, failure: Failure) -> Reply:
        """The provider's own answer for this failure, before anything was sent."""

    def stream_failure(self, failure: Failure, sent: int) -> bytes:
        """The provider's own in-band error, as stream events, after ``sent`` events of a 200 went out."""

    def gateway(self, status: int, page: Page, id: str) -> Reply:
        """What the CDN in front of the provider sends when it cannot get an answer."""

    def empty(self, id: str) -> tuple[Reply, tuple[bytes, ...]]:
        """A 200 with a valid body and nothing in it; for a streamed call the head and the events."""


@dataclass(frozen=True)
class Strike:
    """One selected exchange, as a fault sees it.

    ``uniform(name)`` is a number in [0, 1) that is the same in every run; ``id`` is a hex string unique to this
    strike; ``speed`` is how many incident seconds pass in one second, by which Retry-After and resets are divided;
    ``bucket_reset`` is when the rule's bucket admits a call again, in seconds (None without a bucket).
    """

    call: Call
    platform: Platform
    id: str
    uniform: Callable[[str], float]
    speed: float = 1.0
    bucket_reset: float | None = None
    bucket_limit: int | None = None


class Fault(Frozen):
    """Base of every kind; a subclass turns a strike into effects. Its YAML name stands in the registry."""

    streams_only: ClassVar[bool] = False  # only a streamed call can suffer it: a plain one is not eligible
    positioned: ClassVar[bool] = False  # strikes at a position in the stream, given by ``after``
    bucketed: ClassVar[bool] = False  # may be struck by a bucket instead of a share
    services: ClassVar[str] = "*"  # glob of services that can show it at all

    fault: str = ""

    def program(self, strike: Strike) -> Program:
        """The effects that make this fault happen to this exchange."""
        raise NotImplementedError


_POSITION = re.compile(r"(\d+)\s*(event|byte|call)s?")


class After(Frozen):
    """A count to let pass first: stream events, body bytes, or (of the rule) eligible calls."""

    calls: int = 0
    events: int | None = None
    bytes: int | None = None


def parse_after(value: Any) -> Any:
    """Read ``8 events``, ``400 bytes``, ``20 calls``, ``20`` or a list of these. Raises ValueError."""
    if isinstance(value, After | dict):
        return value
    counts: dict[str, int] = {}
    for item in value if isinstance(value, list) else [value]:
        match = _POSITION.fullmatch(
            f"{item} calls" if isinstance(item, int) and not isinstance(item, bool) else str(item)
        )
        if match is None:
            raise ValueError(f"{item!r} is not a count; allowed: 8 events, 400 bytes (in the stream), 20 calls")
        counts[match[2] if match[2] == "call" else f"{match[2]}s"] = int(match[1])
    if "call" in counts:
        counts["calls"] = counts.pop("call")
    return After(**counts)


_ITEM = {
    "anyOf": [
        {"type": "integer", "minimum": 0},
        {"type": "string", "pattern": r"^\d+ ?(events?|bytes?|calls?)$"},
    ]
}
AfterField = Annotated[
    After,
    BeforeValidator(parse_after),
    WithJsonSchema(
        {"anyOf": [*_ITEM["anyOf"], {"type": "array", "items": _ITEM}], "examples": ["8 events", "20 calls"]}
    ),
]


def answer_with(reply: Reply) -> Program:
    """The effects that send a whole made-up answer."""
    return (Head(reply.status, reply.headers), Send(reply.body), End())
