"""The small closed set of things an edge can do to an exchange.

A fault compiles to a tuple of effects, performed in order. They do not know which edge performs them. An edge
handles them with ``match`` and ``assert_never``, so that a type check names the edge that forgot a new one.

A program either makes the whole answer up (``Head``, ``Send``, ``End``) or lets the platform's answer through
(``ForwardHead``, ``Forward``) up to some point; it may wait anywhere. Times are real seconds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TypeAlias

from brownout.exchange import Headers


@dataclass(frozen=True, slots=True)
class Gaps:
    """Pauses between stream events: ``mean`` seconds, plus or minus ``jitter`` seconds, drawn by hash from ``salt``."""

    mean: float
    jitter: float
    salt: str

    def nth(self, index: int) -> float:
        """The pause before event ``index``, in seconds, never negative; the same for the same salt."""
        if not self.jitter:
            return self.mean
        digest = hashlib.blake2b(f"{self.salt}|{index}".encode(), digest_size=8).digest()
        unit = int.from_bytes(digest) / 2**64
        return max(0.0, self.mean + (2 * unit - 1) * self.jitter)


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for ``seconds``; ends early only when the client leaves."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hang:
    """Do nothing until the client leaves or the edge lets go (end of the phase or of the drill, or ``seconds``)."""

    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """Send a status line and headers of our own. Chunked framing, unless the headers hold a content-length."""

    status: int
    headers: Headers


@dataclass(frozen=True, slots=True)
class Send:
    """Send body bytes of our own; in a stream, whole events."""

    data: bytes


@dataclass(frozen=True, slots=True)
class ForwardHead:
    """Pass the platform's status and headers on, now."""


@dataclass(frozen=True, slots=True)
class Forward:
    """Pass the platform's answer on (its head first, if not yet sent).

    With ``events``: until that many stream events have gone out. With ``size``: until that many body bytes have.
    With neither: to its end, including the end of the message. ``gaps`` paces the events.
    """

    events: int | None = None
    size: int | None = None
    gaps: Gaps | None = None


@dataclass(frozen=True, slots=True)
class End:
    """End the message cleanly, as if nothing were missing."""


@dataclass(frozen=True, slots=True)
class Fin:
    """Close the connection in order (FIN) without ending the message; over HTTP/2 reset the stream."""


@dataclass(frozen=True, slots=True)
class Rst:
    """Abort the connection (TCP RST), over TLS and HTTP/2 as well, where it takes every stream of the connection."""


Effect: TypeAlias = Wait | Hang | Head | Send | ForwardHead | Forward | End | Fin | Rst
Program: TypeAlias = tuple[Effect, ...]

TERMINAL = (End, Fin, Rst, Hang)


def needs_platform(program: Program) -> bool:
    """Whether any part of the platform's own answer is passed on, so that it must be asked."""
    return any(isinstance(effect, Forward | ForwardHead) for effect in program)
