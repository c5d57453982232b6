"""What the faults on WebSocket messages share: where they strike, and in which direction."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from brownout.effects import Change, Messages, Side
from brownout.exchange import Call
from brownout.faults.base import After, AfterField, Fault, Target

_SIDES: dict[str, Side] = {"from_platform": "platform", "from_client": "client", "both": "both"}


class OnMessages(Fault):
    """Base of the faults that strike a WebSocket once so many messages have passed. One connection is one call."""

    positioned: ClassVar[bool] = True
    strikes: ClassVar[frozenset[Target]] = frozenset({"websockets"})

    after: AfterField = After(messages=5)
    """Where it strikes: '5 messages' into the connection; '20 calls' lets so many connections pass first."""

    @model_validator(mode="after")
    def _counts_messages(self) -> Self:
        if self.after.events is not None or self.after.bytes is not None:
            raise ValueError("after: a WebSocket has messages, so this takes '5 messages', not events or bytes")
        return self

    def applies(self, call: Call) -> bool:
        """Only a call that becomes a WebSocket has messages."""
        return call.upgrade

    @property
    def skip(self) -> int:
        """How many messages pass first; a bare '20 calls' keeps the kind's own position."""
        given: int | None = self.after.messages
        if given is None:
            given = type(self).model_fields["after"].default.messages
        return given or 0


class Directed(OnMessages):
    """Base of those that strike what one side sends."""

    direction: Literal["from_platform", "from_client", "both"] = "from_platform"
    """Whose messages; of both, each side has its own count."""

    def messages(self, change: Change, count: int | None = None) -> Messages:
        """The effect that makes this change to ``count`` messages, or to all that follow."""
        return Messages(change, _SIDES[self.direction], self.skip, count)


class Closing(OnMessages):
    """Base of those that end a connection: they can strike one that is open already."""

    open: bool = False
    """Strike connections too that are open already when the phase begins: at once, wherever they are."""

    @property
    def strikes_open(self) -> bool:
        """Where ``open`` is set, and nowhere else."""
        return self.open


class Changing(Directed):
    """Base of those that change some messages and let the connection live."""

    count: int | None = Field(default=1, ge=1)
    """How many messages; null for all that follow."""
