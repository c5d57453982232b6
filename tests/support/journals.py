"""Journals written by hand: a drill as a test needs it, row by row, through the real journal and the real reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from brownout.checkers import CHECKERS
from brownout.checkers.base import Manifold, Record
from brownout.checkers.sampling import sampling_for
from brownout.events import (
    CallEnds,
    ChatRead,
    ConnectionEnds,
    DeliveryEnds,
    Drill,
    EffectsRead,
    End,
    Event,
    ExchangeEnds,
    ExportRead,
    HistoryRead,
    JourneyStep,
    LookBefore,
    ToolHanded,
    WebSocketEnds,
)
from brownout.expect import AnyExpect, Expectation
from brownout.journal import Journal
from brownout.judging.record import open_record
from brownout.verdict import WHOLE, Status, Verdict, merge

ZERO = 1000.0
LOOSELY = {"confidence": 0.5, "margin": 0.5}
SAMPLED = ("failover", "first_token", "latency", "retry_amplification", "success")
EXPECTATION: TypeAdapter[AnyExpect] = TypeAdapter(Expectation)


def phase(name: str, impact: str, start: float, end: float) -> dict[str, Any]:
    """One phase of a drill row."""
    return {"name": name, "impact": impact, "start": start, "end": end}


PHASES = (
    phase("healthy", "operational", 0, 10),
    phase("outage", "major_outage", 10, 20),
    phase("tail", "recovering", 20, 30),
    phase("after", "operational", 30, 60),
)


def rule(id: str = "outage.1.server_error", fault: str = "server_error", **more: Any) -> dict[str, Any]:
    """One rule of a drill row."""
    common = {"phase": "outage", "on": "openai.chat", "share": "50%", "mean_share": 0.5, "services": "*", "when": {}}
    return {"id": id, "fault": fault, **common, **more}


def exchange_ends(row: dict[str, Any]) -> ExchangeEnds:
    """The row of an exchange in the form that it must have, by how it came and what it says of itself."""
    form: type[ExchangeEnds] = CallEnds
    if row["via"] == "inbound":
        form = DeliveryEnds
    elif row["service"].endswith(".connection"):
        form = ConnectionEnds
    elif "received" in row or "close_code" in row:
        form, row = WebSocketEnds, {"received": 0, "close_code": None, **row}
    names = {field.name for field in fields(form)}
    return form(**{name: value for name, value in row.items() if name in names or name not in _OF_A_CALL})


_OF_A_CALL = {field.name for field in fields(CallEnds)}


@dataclass(frozen=True)
class At(Event):
    """A row that the journal would date now, at a drill second of its own."""

    second: float
    event: Event

    def row(self) -> dict[str, Any]:
        """The event's row, dated."""
        return {**self.event.row(), "t": ZERO + self.second}


class Handwritten:
    """A journal under construction. All times are drill seconds from the start of the timeline."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.drill: dict[str, Any] = {
            "scenario": "test-outage",
            "title": "A test outage",
            "seed": 7,
            "speed": 1.0,
            "zero": ZERO,
            "app": "shop",
            "users": 10,
            "proxies": 1,
            "phases": [dict(each) for each in PHASES],  # a test may change its own, and no other test sees it
            "rules": [],
            "expect": [],
        }
        self.end: End | None = End("completed")
        self.ended = 61.0
        self.scraps = ""
        self.events: list[Event] = []
        self._open: list[Record] = []

    def add(self, *events: Event) -> None:
        """Rows of any kind, with their times as they are."""
        self.events.extend(events)

    def exchange(self, t: float, canary: str | None = None, fault: str | None = None, **more: Any) -> None:
        """One call to openai.chat, answered with 200; with ``fault``, struck by it and delivered."""
        row: dict[str, Any] = {
            **dict.fromkeys(
                ("attempt", "phase", "elapsed", "delivered", "how", "upstream_status", "retry_after", "rule")
            ),
            **{"id": f"x{len(self.events)}", "service": "openai.chat", "host": "api.openai.com", "method": "POST"},
            **{"path": "/v1/chat/completions", "via": "base_url", "http": "HTTP/1.1", "model": "gpt-4o-mini"},
            **{"stream": True, "key": canary or "k", "occurrence": 0, "occurrence_from": "proxy", "eligible": []},
            **{"draws": [], "status": 200, "bytes": 100, "events": 5, "first_byte": 0.1, "duration": 0.2},
            **{"end": "complete", "fault": fault, "injected": fault is not None},
        }
        if fault is not None:
            struck = f"outage.1.{fault}"
            row |= {"rule": struck, "eligible": [struck], "delivered": True, "how": "written", "status": 500}
        self.add(exchange_ends({**row, "t": ZERO + t, "canary": canary, **more}))

    def ask(self, t: float, outcome: str = "ok", canary: str | None = None, **more: Any) -> None:
        """One question of one user."""
        ok = outcome == "ok"
        row: dict[str, Any] = {
            **{"journey": "chat", "user": 1, "iteration": len(self.events), "turn": 0, "step": "ask", "asks": True},
            **{"status": 200 if ok else 502, "first_token": 0.1 if ok else None, "duration": 0.5, "streamed": ok},
            **{"bytes": 80, "digest": None, "outcome": outcome},
        }
        self.add(JourneyStep(t=ZERO + t, canary=canary, **{**row, **more}))

    def asks(self, start: float, outcomes: Sequence[str], every: float = 0.1, **more: Any) -> None:
        """Questions one after the other, each of a user of its own."""
        for number, outcome in enumerate(outcomes):
            self.ask(start + number * every, outcome, user=number, **more)

    def history(self, t: float, **more: Any) -> None:
        """One user's look at a conversation of one accepted message."""
        row = {"journey": "chat", "user": 1, "iteration": 0, "readable": True, "acknowledged": 1, "found": 2}
        self.add(HistoryRead(t=ZERO + t, **{**row, **more}))

    def export(self, t: float, **more: Any) -> None:
        """One user's export of a conversation of one accepted message."""
        row = {"journey": "chat", "user": 1, "iteration": 0, "readable": True, "acknowledged": 1, "found": 1}
        self.add(ExportRead(t=ZERO + t, **{**row, **more}))

    def says(self, t: float, canary: str, outcome: str = "ok", **more: Any) -> None:
        """One message on WhatsApp, which the platform took."""
        row: dict[str, Any] = {"channel": "whatsapp", "status": None, "streamed": False, "acknowledged": True}
        self.ask(t, outcome, canary, **{**row, **more})

    def webhook(self, t: float, canary: str, fault: str | None = None, **more: Any) -> None:
        """One attempt to deliver such a message, which the application took; with ``fault``, struck by it."""
        row: dict[str, Any] = {
            **{"via": "inbound", "service": "whatsapp.webhooks", "path": "/hooks/whatsapp", "host": "127.0.0.1"},
            **{"model": "messages.text", "events": 1, "status": 200, "duration": 0.05, "stream": False},
        }
        self.exchange(t, canary, fault, **{**row, **more})

    def chat(self, t: float, said: Sequence[str], **more: Any) -> None:
        """One user's look at the chat, in which everything that was said has one answer."""
        row: dict[str, Any] = {"journey": "chat", "user": 1, "iteration": 0, "answered": list(said)}
        self.add(ChatRead(t=ZERO + t, said=list(said), **{**row, **more}))

    def channel(self, announced: float | None = 10.0, deadline: float = 30.0) -> None:
        """WhatsApp ends."""
        self.drill["channels"] = [{"name": "whatsapp", "announced": announced, "deadline": deadline}]

    def before(self, t: float, shown: int, **more: Any) -> None:
        """One user's look at a history before anything was said."""
        row: dict[str, Any] = {"journey": "chat", "user": 0, "iteration": 0, "what": "history"}
        self.add(LookBefore(t=ZERO + t, shown=shown, **{**row, **more}))

    def effects(self, t: float, **more: Any) -> None:
        """One user's look at the one effect of their message."""
        row = {"journey": "chat", "user": 1, "iteration": 0, "readable": True, "made": 1}
        self.add(EffectsRead(t=ZERO + t, **{**row, **more}))

    def tool(self, t: float, canary: str | None, whole: bool | None = True, **more: Any) -> None:
        """One result of a tool, handed back as done."""
        row = {"exchange": "x", "service": "openai.chat", "tool": "delete", "call": f"call_{canary}", "failed": False}
        self.add(ToolHanded(t=ZERO + t, canary=canary, whole=whole, **{**row, **more}))

    def write(self) -> Path:
        """All rows on disk, and ``scraps`` as they are in a file of their own; the folder of the drill."""
        folder = self.folder / "journal"
        (folder / "drill.jsonl").unlink(missing_ok=True)
        with Journal(folder, "drill") as journal:
            journal.write(Drill(**self.drill))
            for event in self.events:
                journal.write(event)
            if self.end is not None:
                journal.write(At(self.ended, self.end))
        if self.scraps:
            (folder / "scraps.jsonl").write_text(self.scraps)
        return self.folder

    def record(self) -> Record:
        """The journal, opened for questions."""
        record = open_record(self.write())
        self._open.append(record)
        return record

    def check(self, check: str, **settings: Any) -> Verdict:
        """The verdict of one checker on this journal; a loose one, so that a few rows show which ones it counts."""
        if check in SAMPLED:
            settings = {**LOOSELY, **settings}
        if check in WHOLE:
            return CHECKERS[check].check(self.record(), None)
        checker, expectation = CHECKERS[check], EXPECTATION.validate_python({"check": check, **settings})
        verdict = checker.check(self.record(), expectation)
        if isinstance(checker, Manifold) and verdict.status is not Status.SKIPPED and not verdict.void:
            ruled = [each.rule(sampling_for(expectation)) for each in checker.aspects(self.record(), expectation)]
            assert not ruled or merge(ruled) is verdict.status, "what is pooled and compared is not what is judged"
        return verdict

    def close(self) -> None:
        """Close what was opened."""
        for record in self._open:
            record.db.close()
