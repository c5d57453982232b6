"""What a fault is: one failure kind with its own settings, compiled to effects.

A fault knows no provider, no clock and no randomness: it asks the strike. The rule around it says when, where and
how often.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, Protocol, Self, TypeAlias

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from brownout.calls.histories import Histories, Seen
from brownout.config.model import Frozen
from brownout.effects import End, Forward, Head, Program, Send
from brownout.exchange import Asked, Call, Failure, Finish, Page, Reply, Shows, Vectors


class Platform(Protocol):
    """What a fault may ask of the provider's dialect. Implemented by ``brownout.dialects.Voice``."""

    def failure(self, failure: Failure) -> Reply:
        """The provider's own answer for this failure, before anything was sent."""

    def stream_failure(self, failure: Failure, sent: tuple[bytes, ...]) -> bytes:
        """The provider's own in-band error, as stream events of the same answer as the events that were ``sent``."""

    def gateway(self, status: int, page: Page, id: str) -> Reply:
        """What the CDN in front of the provider sends when it cannot get an answer."""

    def say(
        self,
        id: str,
        words: str = "",
        *,
        finish: Finish = "stop",
        tool: str | None = None,
        model: str | None = None,
        dimensions: int | None = None,
        vectors: Vectors | None = None,
    ) -> tuple[Reply, tuple[bytes, ...]]:
        """A 200 with these words in the platform's form; for a streamed call the head and the events.

        The rest as in ``brownout.exchange.Answer``. Without words: a valid body with nothing in it.
        """

    def think(self, id: str, thinking: str, finish: Finish) -> tuple[Reply, tuple[bytes, ...]]:
        """As ``say``: a 200 in which the model thinks this, and says nothing."""

    def incomplete(self, id: str, finish: Finish, sent: tuple[bytes, ...]) -> bytes:
        """The closing events where the model stopped early, of the same answer as the events that were ``sent``."""

    def id_in(self, first: bytes) -> str | None:
        """The bare id, as ``say`` takes it, of the answer that has this body, or this first event; None without one."""

    def annotation(self, sent: tuple[bytes, ...]) -> bytes:
        """What the platform says about an answer, as an event of its own; nothing where it never does."""

    def farewell(self, failure: Failure) -> tuple[bytes, ...]:
        """Over a WebSocket: the messages that come unasked before a session ends."""

    def asked(self) -> Asked:
        """What the caller insists on in the answer."""

    def in_messages(self, failure: Failure, shows: Shows, message: bytes) -> tuple[bytes, ...] | None:
        """Over a WebSocket: the messages that say no to this one of the client; None for one that asks for nothing."""


@dataclass(frozen=True)
class Strike:
    """One selected exchange, as a fault sees it.

    ``uniform(name)`` is a number in [0, 1) that is the same in every run; ``id`` is a hex string unique to this
    strike; ``speed`` is how many incident seconds pass in one second, by which Retry-After and resets are divided;
    ``bucket_reset`` is when the rule's bucket admits a call again, in seconds (None without a bucket); ``load`` is how
    full the platform's queue is (1 is full), for faults that follow the load. ``salt`` is the same for every strike of
    the rule: what is chosen with it by an item's own id is chosen again. ``seen`` is what passed this edge before.
    ``selects`` says whether the rule strikes an entity, as its own calls are decided.
    """

    call: Call
    platform: Platform
    id: str
    uniform: Callable[[str], float]
    speed: float = 1.0
    bucket_reset: float | None = None
    bucket_limit: int | None = None
    load: float = 0.0
    salt: str = ""
    seen: Seen = field(default_factory=Seen)
    selects: Callable[[str], bool] = lambda entity: True


Target: TypeAlias = Literal["calls", "websockets", "deliveries", "connections"]
"""Calls of the application to the platform, among them those for a WebSocket; or WebSockets alone, whose positions
count messages; what the platform sends to the application; new connections, before there is any request on them."""
Pace: TypeAlias = Literal["share", "bucket", "load", "deadline"]
"""A share of what it can strike; a bucket in its place, where the rule has one; the load that is offered, with
capacity, queue, worst and recover; or the end of a channel, from which on it strikes what is ``lost``."""


class Fault(Frozen):
    """Base of every kind; a subclass turns a strike into effects. Its YAML name stands in the registry."""

    streams_only: ClassVar[bool] = False  # only a streamed call can suffer it: a plain one is not eligible
    positioned: ClassVar[bool] = False  # strikes at a position in the stream, given by ``after``
    services: ClassVar[str] = "*"  # services that can show it at all: globs, with | between them
    strikes: ClassVar[frozenset[Target]] = frozenset({"calls"})  # what it can happen to
    paced_by: ClassVar[Pace] = "share"  # what says how often it strikes
    carriers: ClassVar[tuple[str, ...]] = ("intercept", "base_url")  # ways of connecting that can carry it
    remembers: ClassVar[bool] = False  # needs to know what users wrote before: ``Strike.seen``
    standin: ClassVar[bool] = False  # only the stand-in can show it: no real platform does what we say
    needs_http: ClassVar[str | None] = None  # the version of HTTP that can carry it: "HTTP/2"

    fault: str = ""

    @property
    def needs_stream(self) -> bool:
        """Whether, with these settings, only a streamed call can suffer it."""
        return self.streams_only

    @property
    def shown_by(self) -> str:
        """Glob of services that can show it with these settings."""
        return self.services

    @property
    def counts_tokens(self) -> bool:
        """Whether its bucket holds tokens instead of calls."""
        return False

    @property
    def waits(self) -> bool:
        """Whether it was written down how long its answers ask their clients to wait."""
        return False

    @property
    def strikes_open(self) -> bool:
        """Whether it strikes WebSockets too that are open already when its phase begins."""
        return False

    @property
    def most_at_once(self) -> int | None:
        """How many calls may be under way before it strikes; None where it does not count these."""
        return None

    def applies(self, call: Call) -> bool:
        """Whether this call can show the fault at all, beyond service and streaming; if not, it is not eligible."""
        return True

    @property
    def chooses(self) -> bool:
        """Whether some calls of its services cannot show it."""
        return type(self).applies is not Fault.applies

    def entity(self, call: Call) -> str | None:
        """What the dice are thrown for, once for all calls about it, where ``sticky`` does not say; None: the call."""
        return None

    def shows_many(self, call: Call) -> bool:
        """Whether a call shows several of what ``entity`` names: it is always selected, and each decided for itself."""
        return False

    def whose(self, call: Call) -> tuple[str, ...]:
        """Whose allowance a bucket counts a call against."""
        return (call.api_key or "",)

    @property
    def named_wait(self) -> tuple[float, bool] | None:
        """The seconds that it asks clients to wait, and whether these are real; None where it names no wait."""
        return None

    def lost(self, call: Call, histories: Histories, deadline: float) -> bool:
        """Of a fault that a deadline paces: whether the call is about what is lost; deadline in incident seconds."""
        return False

    @abstractmethod
    def program(self, strike: Strike) -> Program:
        """The effects that make this fault happen to this exchange."""


_POSITION = re.compile(r"((?:-(?=[1-9]))?\d+)\s*(event|byte|message|call)s?")


class After(Frozen):
    """A count to let pass first: stream events, body bytes, WebSocket messages, or (of the rule) eligible calls.

    Events below zero are counted from the end: -2 lets all but the last two pass.
    """

    calls: int = Field(default=0, ge=0)
    events: int | None = None
    bytes: int | None = Field(default=None, ge=0)
    messages: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _one_position(self) -> Self:
        if self.events is not None and self.bytes is not None:
            raise ValueError("after: give one position in the stream, events or bytes, not both")
        return self


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
            raise ValueError(
                f"{item!r} is not a count; allowed: 8 events, 400 bytes (in the stream), 20 calls, 5 messages"
            )
        unit = f"{match[2]}s"
        if unit in counts:
            raise ValueError(f"after: {unit} are given twice")
        counts[unit] = int(match[1])
        if counts[unit] < 0 and unit != "events":
            raise ValueError(f"{item!r}: only events are counted from the end of a stream: -2 events")
    return After(**counts)


_ITEM = {
    "anyOf": [
        {"type": "integer", "minimum": 0},
        {"type": "string", "pattern": r"^(-[1-9]\d* ?events?|\d+ ?(events?|bytes?|messages?|calls?))$"},
    ]
}
AfterField = Annotated[
    After,
    BeforeValidator(parse_after),
    WithJsonSchema(
        {"anyOf": [*_ITEM["anyOf"], {"type": "array", "items": _ITEM}], "examples": ["8 events", "20 calls"]}
    ),
]


class Positioned(Fault):
    """Base of the faults that strike inside a stream, once so much of the platform's answer has passed."""

    streams_only: ClassVar[bool] = True
    positioned: ClassVar[bool] = True

    after: AfterField = After(events=5)
    """Where it strikes: '8 events' or '400 bytes' into it, '-2 events' before its end; '20 calls' pass first."""

    @property
    def passed(self) -> Forward:
        """The platform's answer up to the position; a bare '20 calls' keeps the kind's own position."""
        after = self.after
        if after.events is None and after.bytes is None:
            after = type(self).model_fields["after"].default
        if after.events is not None and after.events < 0:
            return Forward(left=-after.events)
        return Forward(events=after.events, size=after.bytes)


def answer_with(reply: Reply, events: tuple[bytes, ...] = ()) -> Program:
    """The effects that send a whole made-up answer: a body, or the events of a stream."""
    parts = events or (reply.body,)
    return (Head(reply.status, reply.headers), *map(Send, parts), End())
