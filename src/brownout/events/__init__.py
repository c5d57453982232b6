"""The rows of a journal: frozen values, one kind each, written as one JSON object a line.

Every row carries ``v`` (format version), ``kind``, ``t`` (monotonic seconds, comparable between the processes of one
drill), ``at`` (wall clock, Unix seconds) and ``w`` (the writer's name). No row holds a message text or a key.
"""

from __future__ import annotations

from brownout.events.base import VERSION, Event
from brownout.events.calls import (
    CallEnds,
    ConnectionEnds,
    DeliveryEnds,
    ExchangeEnds,
    FaultSkipped,
    OtherHost,
    WebSocketEnds,
)
from brownout.events.deeds import EffectsRead, ToolHanded
from brownout.events.drill import (
    AppVitals,
    ChannelRow,
    Drill,
    End,
    LoadRow,
    PhaseBegins,
    PhaseRow,
    Planned,
    Pressure,
    Process,
    RuleRow,
    Stall,
    StatusPosted,
)
from brownout.events.users import ChatRead, ExportRead, HistoryRead, JourneyStep, LookBefore, Users

ROWS: tuple[type[Event], ...] = (
    AppVitals,
    CallEnds,
    ChatRead,
    ConnectionEnds,
    DeliveryEnds,
    Drill,
    EffectsRead,
    End,
    ExportRead,
    FaultSkipped,
    HistoryRead,
    JourneyStep,
    LookBefore,
    OtherHost,
    PhaseBegins,
    Planned,
    Pressure,
    Process,
    Stall,
    StatusPosted,
    ToolHanded,
    Users,
    WebSocketEnds,
)
"""Everything that a journal may hold. Several share a kind where they are forms of one thing: an exchange."""

__all__ = [
    "ROWS",
    "VERSION",
    "AppVitals",
    "CallEnds",
    "ChannelRow",
    "ChatRead",
    "ConnectionEnds",
    "DeliveryEnds",
    "Drill",
    "EffectsRead",
    "End",
    "Event",
    "ExchangeEnds",
    "ExportRead",
    "FaultSkipped",
    "HistoryRead",
    "JourneyStep",
    "LoadRow",
    "LookBefore",
    "OtherHost",
    "PhaseBegins",
    "PhaseRow",
    "Planned",
    "Pressure",
    "Process",
    "RuleRow",
    "Stall",
    "StatusPosted",
    "ToolHanded",
    "Users",
    "WebSocketEnds",
]
