"""The small closed set of things an edge can do to an exchange.

A fault compiles to a tuple of effects, performed in order. They do not know which carrier performs them.
Whoever does handles them with ``match`` and ``assert_never``, so that a type check names who forgot a new one.

A program either makes the whole answer up (``Head``, ``Send``, ``End``) or lets the platform's answer through
(``ForwardHead``, ``Forward``) up to some point; it may wait anywhere. ``Ask`` and ``Again`` have the platform work
without a word of its answer reaching the client; ``Rewrite`` changes the request before. Times are real seconds.

The program of a fault that strikes a connection is performed on the bare connection, once the client's first message
has come: ``Send`` is bytes in the clear. One that begins with ``Head`` is the proxy's answer to the client's CONNECT.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from brownout import chance
from brownout.config.delay import Delay
from brownout.exchange import Headers


@dataclass(frozen=True, slots=True)
class Gaps:
    """Pauses between stream events: ``mean`` seconds, plus or minus ``jitter`` seconds, drawn by hash from ``salt``.

    With ``spread``, pauses are drawn from it, and ``mean`` and ``jitter`` mean nothing.
    """

    mean: float
    jitter: float
    salt: str
    spread: Delay | None = None

    def nth(self, index: int) -> float:
        """The pause before event ``index``, in seconds, never negative; the same for the same salt."""
        if self.spread is not None:
            return self.spread.draw(chance.unit(self.salt, index))
        if not self.jitter:
            return self.mean
        return max(0.0, self.mean + (2 * chance.unit(self.salt, index) - 1) * self.jitter)


class Editor(Protocol):
    """Changes one stream. Whole events in, whole events out."""

    def feed(self, index: int, event: bytes) -> tuple[bytes, ...]:
        """What goes out for the platform's event ``index`` (from 0): itself, another, several, or nothing."""

    def rest(self) -> tuple[bytes, ...]:
        """What was held back and goes out at the end of the stream."""


class Edit(Protocol):
    """A change to a forwarded answer: a pure, hashable value. ``brownout.wire.edits`` has them."""

    def editor(self) -> Editor:
        """A fresh editor for one stream."""

    def body(self, data: bytes) -> bytes:
        """A plain answer's whole body, changed."""


class BodyEdit(Protocol):
    """A change to a request's body: a pure value. ``brownout.wire.edits_context`` has them."""

    def body(self, data: bytes) -> bytes:
        """The whole body, changed; as it was where there is nothing to change."""


Flaw = Literal["expired", "wrong_host", "unknown_issuer"]
Inside = Literal["event", "code_point"]


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for ``seconds``; ends early only when the client leaves."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hang:
    """Do nothing until the client leaves or the edge lets go (end of the phase or of the drill, or ``seconds``).

    With ``beat``, that is sent again and again, ``every`` so many seconds: a stream that lives and says nothing. With
    ``goes_on``, the program goes on after ``seconds``.
    """

    seconds: float | None = None
    beat: bytes = b""
    every: float = 15.0
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Have the platform do the work: send the request on, read its whole answer and keep it back.

    It takes as long as the platform does, bounded as a hang is. ``Forward`` after it passes the kept answer on. With
    ``most``, it takes so many seconds at most, and the program goes on all the same: of an answer that has begun, the
    platform does the rest, and knows the answer afterwards.
    """

    most: float | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """Have the platform get the same request once more, as a delivery that was doubled; its answer is ignored.

    That request has a connection of its own, and counts against the budget of calls to a real platform.
    """


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Change the request before it is sent on; every effect that asks the platform comes after it."""

    edit: BodyEdit


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
class Sequel:
    """Send events of our own that go on from the platform's: ``make`` gets those that went out, whole, in order.

    Where it makes nothing, the answer was over by then.
    """

    make: Callable[[tuple[bytes, ...]], bytes]


@dataclass(frozen=True, slots=True)
class ForwardHead:
    """Pass the platform's status and headers on, now."""


@dataclass(frozen=True, slots=True)
class Forward:
    """Pass the platform's answer on (its head first, if not yet sent).

    With ``events``: until that many stream events have gone out. With ``size``: until that many body bytes have.
    With ``left``: until so many stream events of it are left. With none of these: to its end, including the end of the
    message. ``gaps`` paces the events; with ``piece``, it paces
    pieces of so many bytes, of a plain answer too. With ``inside`` beside ``events``, the beginning of one more event
    goes out: about half of it, or up to the middle of a character's UTF-8 bytes. ``edit`` changes the answer.
    """

    events: int | None = None
    left: int | None = None
    size: int | None = None
    gaps: Gaps | None = None
    piece: int | None = None
    inside: Inside | None = None
    edit: Edit | None = None


@dataclass(frozen=True, slots=True)
class End:
    """End the message cleanly, as if nothing were missing."""


@dataclass(frozen=True, slots=True)
class Fin:
    """Close the connection in order (FIN) without ending the message; over HTTP/2 reset the stream."""


@dataclass(frozen=True, slots=True)
class Rst:
    """Abort the connection (TCP RST), over TLS and HTTP/2 as well, where it takes every stream of the connection."""


@dataclass(frozen=True, slots=True)
class ResetStream:
    """HTTP/2: abort this stream alone (RST_STREAM) with an error code by its name: ``INTERNAL_ERROR``."""

    code: str


@dataclass(frozen=True, slots=True)
class GoAway:
    """HTTP/2: end the whole connection with a GOAWAY frame that holds an error code by its name, and close it."""

    code: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A connection that is being opened shows a certificate for the host with this flaw, and goes on as ever."""

    flaw: Flaw


@dataclass(frozen=True, slots=True)
class Drop:
    """A message of a WebSocket is lost."""


@dataclass(frozen=True, slots=True)
class Late:
    """A message and all behind it wait, the first for ``gaps.nth(0)`` seconds, and never change their order."""

    gaps: Gaps


@dataclass(frozen=True, slots=True)
class Twice:
    """A message of a WebSocket is sent two times."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close a WebSocket with this code; without a code (None) it ends by FIN or by RST.

    ``words`` are messages that come before.
    """

    code: int | None
    reason: str = ""
    rst: bool = False
    words: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Refuse:
    """The platform never gets a client's message, and the client gets ``reply`` of it instead.

    ``reply`` gives None for a message that asks for nothing, which passes. With ``go_on`` the platform gets it all the
    same, and its answer follows. ``close`` comes after the reply.
    """

    reply: Callable[[bytes], tuple[bytes, ...] | None]
    go_on: bool = False
    close: Close | None = None


Change: TypeAlias = Drop | Late | Twice | Close | Refuse
Side = Literal["platform", "client", "both"]


@dataclass(frozen=True, slots=True)
class Messages:
    """Open the WebSocket and pass messages on; some of those that ``side`` sends undergo a ``change``.

    The first ``skip`` messages pass; then ``count`` are changed, or all with None. Of ``both``, each has its own count.
    ``Close`` strikes as soon as ``skip`` messages have passed; ``Refuse`` skips messages of the platform.
    """

    change: Change
    side: Side = "platform"
    skip: int = 0
    count: int | None = None


Signature = Literal["good", "wrong", "missing"]


@dataclass(frozen=True, slots=True)
class Deliver:
    """Send what the platform has for the application ``copies`` times, after ``delay`` seconds.

    With no copies it is lost. It waits ``behind`` so many later ones for the same user, ``within`` seconds at most.
    ``held`` until the phase is over. ``notice`` is what the user gets in the application's place.
    """

    copies: int = 1
    delay: float = 0.0
    behind: int = 0
    within: float = 0.0
    held: bool = False
    signature: Signature = "good"
    notice: str | None = None


OnExchange: TypeAlias = (
    Wait | Hang | Rewrite | Ask | Again | Head | Send | Sequel | ForwardHead | Forward | End | Fin | Rst | Messages
)
OnHttp2: TypeAlias = ResetStream | GoAway
Effect: TypeAlias = OnExchange | OnHttp2 | Certificate | Deliver
Program: TypeAlias = tuple[Effect, ...]
