"""The rows of a journal: frozen values, one kind each, written as one JSON object a line.

Every row carries ``v`` (format version), ``kind``, ``t`` (monotonic seconds, comparable between the processes of one
drill), ``at`` (wall clock, Unix seconds) and ``w`` (the writer's name). No row holds a message text or a key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from brownout.terms import Completion, Ending, Happening, How, Outcome, Via

VERSION = 1


@dataclass(frozen=True)
class Event:
    """Base of every row. ``t`` is when it happened or began; 0 means now, filled in by the journal."""

    kind: ClassVar[str]

    def row(self) -> dict[str, Any]:
        """The row without what the journal adds. Shallow: dataclasses.asdict would copy every list, for every call."""
        return {"kind": self.kind, **vars(self)}


@dataclass(frozen=True)
class Drill(Event):
    """What is being drilled. ``zero`` is the monotonic second at which the timeline starts."""

    kind: ClassVar[str] = "drill"
    scenario: str
    title: str
    seed: int
    speed: float
    zero: float
    app: str
    users: int
    proxies: int
    phases: list[dict[str, Any]]  # {name, impact, start, end}: drill seconds from zero
    rules: list[dict[str, Any]]  # {id, phase, fault, on, share, mean_share, services, when}
    expect: list[dict[str, Any]]
    sources: list[dict[str, str]] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    scenario_file: str = ""
    app_file: str = ""
    sentinel: bool = True  # whole answers end with it, and the load looks for it
    channels: list[dict[str, Any]] = field(default_factory=list)  # {name, announced, deadline}: drill seconds from zero


@dataclass(frozen=True)
class Planned(Drill):
    """The same before anything is started: all there is of a drill killed until it begins. ``zero``: when written."""

    kind: ClassVar[str] = "planned"


@dataclass(frozen=True)
class PhaseBegins(Event):
    """The timeline entered a phase."""

    kind: ClassVar[str] = "phase"
    phase: str
    impact: str
    index: int
    t: float = 0.0


@dataclass(frozen=True)
class ExchangeEnds(Event):
    """One call from the application to a platform is over. ``t`` is when its request was complete.

    ``delivered`` is None where no fault was injected; ``how`` says by what the edge knows: ``written`` (handed to the
    client's open socket), ``rst`` / ``fin`` (closed by us), ``client_left`` (it gave up while we held it),
    ``released`` (we let it go), ``client_gone`` (left before the fault could show: not delivered), ``rst_stream`` and
    ``goaway`` (frames of HTTP/2). ``end`` is how the answer ended for the client.
    A WebSocket is one exchange, whose row comes when it ends, or when the drill lets it go (``end``: ``released``);
    ``canary`` is the first that the client says, and ``how`` may be ``withheld``: a message was kept from its receiver.
    A webhook is a row too, for each attempt: ``via`` is ``inbound``, ``model`` the event, ``events`` how often it was
    posted, ``status`` what the application answered; ``end`` may be ``withheld`` (lost) or ``released`` (drill over).
    A new connection that a rule is about is a row too, before any call on it: its service is ``PROVIDER.connection``,
    its path host and port, its method CONNECT (or nothing: it came without a tunnel), its ``http`` empty.
    """

    kind: ClassVar[str] = "exchange"
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
    upstream_status: int | None  # what the platform behind us said, if it was asked
    retry_after: float | None  # seconds that the answer asked the client to wait
    bytes: int
    events: int
    first_byte: float | None  # seconds from t
    duration: float
    end: Ending
    received: int = 0  # messages from the client, over a WebSocket; ``events`` are those to it
    close_code: int | None = None  # of a WebSocket
    step: int = 0  # how often results of tools came back since the user's words: which call of a turn it is


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
    """The application reached for a host that is no part of the scenario; tunnelled untouched. Once a host."""

    kind: ClassVar[str] = "other_host"
    host: str


@dataclass(frozen=True)
class JourneyStep(Event):
    """One step of one user's journey, as that user saw it. ``t`` is when the user began it.

    ``outcome``: ``ok`` (a whole answer), ``half`` (ended well, sentinel missing), ``empty``, ``error`` (an error
    status, or an error shown), ``refused`` (an honest 429 or 503 with Retry-After), ``cut`` (broke off visibly),
    ``hung`` (the user's patience ended), ``unreachable`` (no connection to the application), ``turned_away`` (the
    channel itself said that nobody answers here any more).
    ``leaks`` names what must never be shown to a user. Times in seconds from ``t``.
    Of a whole answer of the stand-in: ``earlier`` is how many of the questions that this conversation had answered
    before it should know, ``forgotten`` the canaries of those that it does not; ``foreign`` the canaries of others.
    """

    kind: ClassVar[str] = "journey"
    t: float
    journey: str
    user: int
    iteration: int
    turn: int
    step: str
    canary: str | None
    asks: bool  # this step calls the platform and wants an answer
    outcome: Outcome
    status: int | None
    first_token: float | None
    duration: float
    streamed: bool
    bytes: int
    digest: str | None
    leaks: list[str] = field(default_factory=list)
    acknowledged: bool = False  # the application accepted the user's message (2xx)
    retry_after: float | None = None
    detail: str = ""  # an error in words, redacted
    earlier: int = 0
    forgotten: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    channel: str = "http"  # or "websocket", "socketio", "whatsapp", or "meta_ai": that channel's own assistant
    instead_of: str | None = None  # the step in whose stead it was taken
    noticed: bool = False  # the user was told that the channel ends, and where to go on (``notice`` of the journey)


@dataclass(frozen=True)
class HistoryRead(Event):
    """A user looked at the conversation afterwards and compared it with what had been acknowledged.

    Lists hold canaries: of acknowledged messages that are ``missing``, shown more than once (``duplicated``), out of
    order (``reordered``), of another user (``foreign``), and of answers stored without their end (``half``) or an
    error stored as an answer (``errors``). ``readable`` is False when the history could not be read at all. Of what is
    missing, ``stale`` is the end of the conversation, where its beginning is there: as an old version has it; ``late``
    is what a second look found.
    """

    kind: ClassVar[str] = "history"
    journey: str
    user: int
    iteration: int
    readable: bool
    acknowledged: int
    found: int
    missing: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    reordered: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    status: int | None = None
    t: float = 0.0
    detail: str = ""


@dataclass(frozen=True)
class ExportRead(HistoryRead):
    """A user took the conversation away, and compared it with what had been acknowledged: as ``HistoryRead``."""

    kind: ClassVar[str] = "export"


@dataclass(frozen=True)
class ChatRead(Event):
    """A user looked at the chat on WhatsApp again, and counted which messages answer what was said since the last look.

    Lists hold canaries. ``said`` are those that the platform took from the user; of these ``answered`` have an answer,
    and ``repeated`` have more than one, also where they were said before the last look. A message belongs to the one
    that it quotes, else to the first canary in it. ``loose`` counts the application's messages that belong to none,
    ``turned_away`` those of the channel itself.
    """

    kind: ClassVar[str] = "chat"
    journey: str
    user: int
    iteration: int
    said: list[str]
    answered: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    loose: int = 0
    turned_away: int = 0
    t: float = 0.0


@dataclass(frozen=True)
class EffectsRead(Event):
    """A user looked at what the application did for them: ``made`` effects for what they said in this iteration.

    ``duplicated``: canaries of messages that led to more than one; ``readable``: whether they could be read at all.
    """

    kind: ClassVar[str] = "effects"
    journey: str
    user: int
    iteration: int
    readable: bool
    made: int
    duplicated: list[str] = field(default_factory=list)
    status: int | None = None
    t: float = 0.0
    detail: str = ""


@dataclass(frozen=True)
class Users(Event):
    """How many users the load runs right now."""

    kind: ClassVar[str] = "users"
    users: int


@dataclass(frozen=True)
class Process(Event):
    """A part ``started``, is ``ready``, ``exited`` (``t``: last seen alive), was ``killed``, ``stopped`` (by us)."""

    kind: ClassVar[str] = "process"
    name: str
    event: Happening
    code: int | None = None
    detail: str = ""
    t: float = 0.0


@dataclass(frozen=True)
class StatusPosted(Event):
    """The platform's status page changed."""

    kind: ClassVar[str] = "status"
    provider: str
    say: str
    indicator: str | None
    t: float = 0.0


@dataclass(frozen=True)
class End(Event):
    """The drill is over: ``completed``, ``interrupted`` or ``failed``. Without this row it was killed."""

    kind: ClassVar[str] = "end"
    outcome: Completion
    why: str = ""
