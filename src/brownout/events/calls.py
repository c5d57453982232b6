"""Rows about what passed between the application and the platforms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from brownout.events.base import Event, Table
from brownout.terms import Ending, Form, How, Via


@dataclass(frozen=True, kw_only=True)
class ExchangeEnds(Event):
    """Base of the rows of kind ``exchange``: something between the application and a platform is over.

    ``form`` says what: a call, a WebSocket, something that the platform sent, a connection. ``t`` is when its request
    was complete. ``delivered`` is None where no fault was injected; ``how`` says by what the edge knows: ``written``
    (handed to the client's open socket), ``rst`` / ``fin`` (closed by us), ``client_left`` (it gave up while we held
    it), ``released`` (we let it go), ``client_gone`` (left before the fault could show: not delivered), ``rst_stream``
    and ``goaway`` (frames of HTTP/2). ``end`` is how the answer ended for the client.
    """

    kind: ClassVar[str] = "exchange"
    table: ClassVar[Table | None] = "often"
    placed: ClassVar[bool] = True
    form: ClassVar[Form]
    t: float
    id: str
    service: str
    host: str
    path: str
    method: str
    via: Via
    http: str  # HTTP/1.1, HTTP/2.0
    model: str | None
    stream: bool
    canary: str | None
    key: str
    occurrence: int
    occurrence_from: str
    attempt: int | None
    phase: str | None
    elapsed: float | None  # incident seconds since the phase began
    eligible: list[str]
    draws: list[list[Any]]  # [rule, share, draw, selected, sticky, calls, strikes, admits, load]
    rule: str | None
    fault: str | None
    injected: bool
    delivered: bool | None
    how: How | None
    status: int | None  # what the client got
    bytes: int
    duration: float
    end: Ending
    prints: list[str] = field(default_factory=list)  # fingerprints of what was made up and sent in the answer's place
    account: str | None = None  # a digest of key, host, project and region: who was asked to wait
    capped: bool = False  # selected, and passed through: as many calls as the profile allows were struck already
    step: int = 0  # how often results of tools came back since the user's words: which call of a turn it is
    names: list[str] = field(default_factory=list)  # ids of what the call is about, where its path does not say it

    def row(self) -> dict[str, Any]:
        """The row, with its form beside its kind; ``capped`` only where it is so, which is seldom."""
        row = {"kind": self.kind, "form": self.form, **vars(self)}
        if not self.capped:
            del row["capped"]
        return row


@dataclass(frozen=True, kw_only=True)
class Answered(ExchangeEnds):
    """Base of what a platform answers: a plain call, or a WebSocket that it opens."""

    upstream_status: int | None  # what the platform behind us said, if it was asked
    retry_after: float | None  # seconds that the answer asked the client to wait
    events: int  # stream events, or messages to the client
    first_byte: float | None  # seconds from t
    made: list[str] = field(default_factory=list)  # ids of what the answer made: jobs, files, responses, conversations
    whose: list[str] = field(default_factory=list)  # name:digest of whom it is for: see calls.whose
    trace: str | None = None  # the trace id of its traceparent (W3C Trace Context)
    baggage: str | None = None  # the canary that its baggage names


@dataclass(frozen=True, kw_only=True)
class CallEnds(Answered):
    """One call from the application to a platform is over.

    ``tokens_in`` and ``tokens_out`` are what the platform would bill, 0 for a refusal; by the answer's own usage, or
    ``estimated``. None for what is not billed by tokens.
    """

    form: ClassVar[Form] = "call"
    request: str | None = None  # a digest of the body: with the same key and account it is the same call again
    tokens_in: int | None = None
    tokens_out: int | None = None
    estimated: bool = False


@dataclass(frozen=True, kw_only=True)
class WebSocketEnds(Answered):
    """A call for a WebSocket is over: refused, closed, or let go by the drill (``end``: ``released``).

    ``canary`` is the first that the client says; ``how`` may be ``withheld``: a message was kept from its receiver.
    """

    form: ClassVar[Form] = "websocket"
    received: int  # messages from the client
    close_code: int | None


@dataclass(frozen=True, kw_only=True)
class DeliveryEnds(ExchangeEnds):
    """One attempt of a platform to send the application something, a webhook or the call of a tool, is over.

    ``via`` is ``inbound``, ``model`` the event, ``status`` what the application answered; ``end`` may be ``withheld``
    (lost) or ``released`` (the drill was over first).
    """

    form: ClassVar[Form] = "delivery"
    events: int  # how often it was posted


@dataclass(frozen=True, kw_only=True)
class ConnectionEnds(ExchangeEnds):
    """A new connection that a rule is about, before any call on it.

    Its service is ``PROVIDER.connection``, its path host and port, its method CONNECT (or nothing: it came without a
    tunnel), its ``http`` empty.
    """

    form: ClassVar[Form] = "connection"


@dataclass(frozen=True)
class FaultSkipped(Event):
    """A rule selected an exchange, and the fault could not be carried out; ``why`` in words."""

    kind: ClassVar[str] = "fault_skipped"
    rule: str
    fault: str
    id: str
    why: str


@dataclass(frozen=True)
class OtherHost(Event):
    """The application reached for a host that is no part of the scenario, once a host.

    It was passed on untouched, unless it was ``refused``, because the profile lets nobody go there.
    """

    kind: ClassVar[str] = "other_host"
    host: str
    refused: bool = False
