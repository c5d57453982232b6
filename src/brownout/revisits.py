"""Rows of a journal: what users found when they looked again at what was said and done. As those of ``events``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from brownout.events import Event


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
class LookBefore(Event):
    """A user looked before having said anything; ``shown`` messages or effects there hold a canary: of earlier drills.

    ``what`` is ``history``, ``export`` or ``effects``. Where it could not be read, there is no row.
    """

    kind: ClassVar[str] = "before"
    journey: str
    user: int
    iteration: int
    what: str
    shown: int
    t: float = 0.0
