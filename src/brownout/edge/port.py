"""The port: what a carrier can do with one exchange. A performance speaks to nothing else of its carrier.

What is awaited is the carrier's own business. Over mitmproxy it is a command that the layer carries out; over plain
asyncio it may be a future. A performance awaits nothing but its port, so either can run it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol, TypeAlias

Fields: TypeAlias = tuple[tuple[bytes, bytes], ...]
"""Header fields as they are on the wire: in their order, in their own spelling."""


@dataclass(frozen=True)
class ResponseHead:
    """A status line and its header fields. Without a ``reason``, the usual words for the status."""

    status: int
    fields: Fields
    reason: bytes | None = None
    version: bytes = b"HTTP/1.1"

    @cached_property
    def names(self) -> dict[bytes, bytes]:
        """Values by names in lower case; of a name that comes twice, the last."""
        return {name.lower(): value for name, value in self.fields}

    def text(self, name: bytes) -> str:
        """The value of a name in lower case; empty where it is not there."""
        return self.names.get(name, b"").decode("latin-1")

    def without(self, *names: bytes) -> ResponseHead:
        """The same, less these names in lower case."""
        return replace(self, fields=tuple(field for field in self.fields if field[0].lower() not in names))

    def of_length(self, length: int) -> ResponseHead:
        """The same with a body of so many bytes; as it is where the body comes in chunks."""
        if b"transfer-encoding" in self.names:
            return self
        digits = b"%d" % length
        if b"content-length" not in self.names:
            return replace(self, fields=(*self.fields, (b"content-length", digits)))
        fields = ((name, digits if name.lower() == b"content-length" else value) for name, value in self.fields)
        return replace(self, fields=tuple(fields))


@dataclass(frozen=True)
class Trailers:
    """Fields that come behind a body."""

    fields: Fields


@dataclass(frozen=True)
class Whole:
    """The platform's answer has come to its end."""


Heard: TypeAlias = ResponseHead | bytes | Trailers | Whole
"""What comes from the platform, in this order: heads (the last one is the answer's), body, trailers, the end."""


class ClientLeft(Exception):
    """The client is gone, and nobody is there to perform for."""


class PlatformFailed(Exception):
    """The platform's side broke in the middle; says how."""


class Port(Protocol):
    """One exchange between a client and a platform, as its carrier has it.

    Times are real seconds. ``hear`` raises ClientLeft and PlatformFailed. Everything else goes on when the client has
    left: the job says so. After one of ``end``, ``fin``, ``rst``, ``reset_stream``, ``go_away``, ``forget`` and
    ``upgrade`` nothing more is asked of a port; each of them but the last also stops a platform that is still at work.
    """

    @property
    def body(self) -> bytes:
        """The request's body, whole, as the client sent it."""

    def rewrite(self, body: bytes) -> None:
        """Put another body into the request, before it is sent on; its length is said anew."""

    def ask(self) -> Awaitable[str | None]:
        """Send the request on to the platform, once. Returns what is wrong where it could not be reached."""

    def ask_again(self) -> Awaitable[str | None]:
        """Send the same request a second time, on its own connection, and ignore the answer. Returns as ``ask``."""

    def hear(self) -> Awaitable[Heard]:
        """The platform's next word, as soon as it comes."""

    def keep(self, seconds: float) -> Awaitable[Sequence[Heard]]:
        """Whatever the platform says within so many seconds, to the end of its answer or to a 101.

        Ends early when the job is woken: by a client that leaves, or by the edge.
        """

    def decoded(self, head: ResponseHead, body: bytes) -> bytes:
        """A whole body without its content-encoding; as it is where that cannot be undone."""

    def head(self, head: ResponseHead, *, as_is: bool) -> Awaitable[None]:
        """Send a head to the client.

        ``as_is``: it is the platform's own, and the body that follows will be as well. Otherwise a body of unknown
        length gets the framing that the client's version of HTTP has for it.
        """

    def data(self, data: bytes) -> Awaitable[None]:
        """Send bytes of the body to the client."""

    def trailers(self, trailers: Trailers) -> Awaitable[None]:
        """Send fields behind the body, where the client's framing has a place for them."""

    def flush(self) -> Awaitable[bool]:
        """Until the kernel has taken what was sent, for some seconds at most; False where it has not.

        False also where the client's connection is closed.
        """

    def wait(self, seconds: float) -> Awaitable[None]:
        """Until the job is woken, or time is up."""

    def pause(self, seconds: float) -> Awaitable[None]:
        """A pause between two events: cheaper than ``wait``, and a short one may not notice that the job is woken."""

    def end(self) -> Awaitable[None]:
        """End the message as it should end; the connection stays."""

    def fin(self) -> Awaitable[None]:
        """Close the connection in order without ending the message; of HTTP/2, only this stream."""

    def rst(self) -> Awaitable[bool]:
        """Abort the connection by TCP RST, with all that is on it. Returns whether it was still there."""

    def reset_stream(self, code: str) -> Awaitable[bool]:
        """HTTP/2: abort this stream, with an error code by its name. Returns whether the client's kernel took that."""

    def go_away(self, code: str) -> Awaitable[bool]:
        """HTTP/2: end the connection with a GOAWAY frame that bears this error code. Returns as ``reset_stream``."""

    def forget(self) -> Awaitable[None]:
        """The client has left: there is nothing to be sent any more."""

    def upgrade(self, head: ResponseHead) -> Awaitable[None]:
        """Pass the platform's 101 on; what follows is no HTTP, and the carrier relays it."""
