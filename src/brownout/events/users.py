"""Rows about what users met, and what they found when they looked again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from brownout.events.base import Event, Table
from brownout.terms import Outcome, Told


@dataclass(frozen=True)
class JourneyStep(Event):
    """One step of one user's journey, as that user saw it. ``t`` is when the user began it.

    ``outcome``: ``ok`` (a whole answer), ``half`` (ended well, sentinel missing), ``empty``, ``error`` (an error
    status, or an error shown), ``refused`` (an honest 429 or 503 with Retry-After), ``cut`` (broke off visibly),
    ``hung`` (the user's patience ended), ``unreachable`` (no connection to the application), ``turned_away`` (the
    channel itself said that nobody answers here any more).
    ``leaks`` names what must never be shown to a user. Times in seconds from ``t``.
    ``told``, of a success (2xx) that is an ``error`` or ``empty``, is by what that shows: an error where the profile
    says (``shown``), an excuse in the place of the answer (``excuse``), the words of an error there (``words``), or
    ``nothing``: neither a text, nor a mark by which a client could know why.
    Of a whole answer of the stand-in: ``earlier`` is how many of the questions that this conversation had answered
    before it should know, ``forgotten`` the canaries of those that it does not; ``foreign`` the canaries of others.
    A user may send the same again. Each sending is a row: ``attempt`` counts from 0, and ``again`` says that another
    one followed, so that this is not what became of the question (``asks`` is False then). ``t`` is that of the first
    one, ``sent`` the seconds from then to this one, ``waits`` those to the first one after the latest end.
    ``disclosed``, ``model`` and ``usage`` are what the application says of who answered: that it was another than its
    usual model, which one, and for how many tokens. None where the profile does not say where, or nothing is there.
    """

    kind: ClassVar[str] = "journey"
    table: ClassVar[Table | None] = "often"
    placed: ClassVar[bool] = True
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
    prints: list[str] = field(default_factory=list)  # fingerprints of what was shown, where it was no whole answer
    paths: list[str] = field(default_factory=list)  # paths that an answer had, where the profile looked in vain
    told: Told | None = None
    attempt: int = 0
    again: bool = False
    sent: float = 0.0
    waits: float = 0.0
    trace: str | None = None  # the trace id that the step was sent with, or the connection that it was sent over
    kept: list[str] = field(default_factory=list)  # digests of what this user kept of answers: see calls.whose
    disclosed: bool | None = None
    model: str | None = None
    usage: int | None = None


@dataclass(frozen=True)
class HistoryRead(Event):
    """A user looked at the conversation afterwards and compared it with what had been acknowledged.

    Lists hold canaries: of acknowledged messages that are ``missing``, shown more than once (``duplicated``), out of
    order (``reordered``), of another user (``foreign``), and of answers stored without their end (``half``) or an
    error stored as an answer (``errors``). ``readable`` is False when the history could not be read at all. Of what is
    missing, ``stale`` is the end of the conversation, where its beginning is there: as an old version has it; ``late``
    is what a second look found. ``unkept`` is what was said, not acknowledged, and is not there either.
    """

    kind: ClassVar[str] = "history"
    placed: ClassVar[bool] = True
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
    unkept: list[str] = field(default_factory=list)
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
    placed: ClassVar[bool] = True
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
class LookBefore(Event):
    """A user looked before having said anything; ``shown`` messages or effects there hold a canary: of earlier drills.

    ``what`` is ``history``, ``export`` or ``effects``. Where it could not be read, there is no row.
    """

    kind: ClassVar[str] = "before"
    placed: ClassVar[bool] = True
    journey: str
    user: int
    iteration: int
    what: str
    shown: int
    t: float = 0.0


@dataclass(frozen=True)
class Users(Event):
    """How many users the load runs right now."""

    kind: ClassVar[str] = "users"
    users: int
