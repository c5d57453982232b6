"""What somebody who watches a drill is told: a protocol for the drill, and the ways of showing it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from brownout.config.units import in_words
from brownout.drill.setting import Setting

RECENT = 5.0
_STYLES = {"operational": "green", "recovering": "cyan", "degraded": "yellow", "partial_outage": "dark_orange"}


class Watcher(Protocol):
    """Whoever watches. Called often, from the drill's own thread: it must be quick and must not raise."""

    def step(self, text: str) -> None:
        """The drill turns to this: ``starting the proxy``."""

    def begins(self, setting: Setting) -> None:
        """The timeline is about to start."""

    def row(self, row: dict[str, Any]) -> None:
        """A row was written to the journal."""

    def tick(self, elapsed: float) -> None:
        """Time passes: drill seconds from the start of the timeline, negative before."""


class Silent:
    """Watches nothing."""

    def step(self, text: str) -> None:
        pass

    def begins(self, setting: Setting) -> None:
        pass

    def row(self, row: dict[str, Any]) -> None:
        pass

    def tick(self, elapsed: float) -> None:
        pass


@dataclass
class Score:
    """A drill in a few numbers, as its rows come in. Pure."""

    questions: int = 0
    injected: int = 0
    phase: str = ""
    impact: str = ""
    _supervised: bool = False
    _gone: float | None = None  # since when nobody is there, and what users meet counts for nothing
    _users: dict[str, int] = field(default_factory=dict)
    _recent: deque[tuple[float, bool]] = field(default_factory=deque)

    def take(self, row: dict[str, Any]) -> None:
        """Count what one row of the journal adds to the score."""
        kind = row["kind"]
        if kind == "journey" and row.get("asks"):
            self.questions += 1
            self._met(row["t"] + row.get("duration", 0.0), row.get("outcome") == "ok")
        elif kind == "exchange":
            self.injected += bool(row.get("injected"))
        elif kind == "users":
            self._users[row.get("w", "")] = row["users"]
        elif kind == "phase":
            self.phase, self.impact = row["phase"], row["impact"]
        elif kind == "drill":
            self._supervised = bool(row.get("supervised"))
        elif application_left(row):
            self._left(row)

    def _met(self, ended: float, ok: bool) -> None:
        if self._gone is None or ended < self._gone:
            self._recent.append((ended, ok))

    def _left(self, row: dict[str, Any]) -> None:
        """The application is back, or is gone: since when, was found out later than users met it."""
        if row["event"] == "back":
            self._gone = None
        elif row["event"] == "gone" or not self._supervised:
            self._gone = row["t"]
            self._recent = deque(each for each in self._recent if each[0] < row["t"])

    @property
    def users(self) -> int:
        """How many users there are, over all load processes."""
        return sum(self._users.values())

    def success(self, now: float) -> float | None:
        """Share of the questions that ended in the last seconds before ``now`` with a whole answer; None for none."""
        recent = [(ended, ok) for ended, ok in self._recent if ended > now - RECENT]
        self._recent = deque(recent)
        return sum(ok for _, ok in recent) / len(recent) if recent else None

    def in_words(self, now: float) -> str:
        """``12 users · 80% answered · 341 questions · 96 faults``."""
        success = self.success(now)
        silence = "no answers yet" if self._gone is None else "the application is gone"
        answered = silence if success is None else f"{success:.0%} answered"
        counts = (
            _count(self.users, "user"),
            answered,
            _count(self.questions, "question"),
            _count(self.injected, "fault"),
        )
        return f"{' · '.join(counts)} injected"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


class Lines:
    """One plain line for each step and each phase: for logs, pipes and CI."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.score = Score()
        self._zero = 0.0
        self._last = 0.0

    def step(self, text: str) -> None:
        self._print(text)

    def begins(self, setting: Setting) -> None:
        self._print(
            f"{setting.scenario.name} against {setting.profile.name}: {in_words(setting.end)}, {setting.users} users"
        )

    def row(self, row: dict[str, Any]) -> None:
        """A line for a new phase, with the score of the one before, and one when the application goes, or is back."""
        self._last = max(self._last, row["t"])
        if row["kind"] == "phase":
            if row["index"] == 0:
                self._zero = row["t"]
            else:
                self._print(f"        {self.score.in_words(row['t'])}")
            self._print(f"{row['t'] - self._zero:6.1f}s {row['phase']} ({row['impact']})")
        if application_left(row):
            at = f"{row['t'] - self._zero:6.1f}s" if self._zero else " " * 7
            self._print(f"{at} the application {row['detail']}")
        self.score.take(row)

    def tick(self, elapsed: float) -> None:
        pass

    def _print(self, text: str) -> None:
        self.console.print(Text(text), soft_wrap=True)


def application_left(row: dict[str, Any]) -> bool:
    """Whether a row says that the application ended by itself, was gone, or came back."""
    events = ("exited", "gone", "back")
    return row["kind"] == "process" and row.get("name") == "application" and row.get("event") in events


class Display:
    """The live display of a terminal: phase, progress, and the score, redrawn a few times a second."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.score = Score()
        self._setting: Setting | None = None
        self._step = "starting"
        self._elapsed = -1.0
        self._now = 0.0
        self._zero = 0.0
        self._left = ""
        self._spinner = Spinner("dots")
        self._live = Live(console=console, get_renderable=self._render, refresh_per_second=8, transient=True)

    def __enter__(self) -> Display:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def step(self, text: str) -> None:
        """Shown beside the spinner while the timeline does not play."""
        self._step = text
        if self._setting is not None:
            self._elapsed = self._setting.end

    def begins(self, setting: Setting) -> None:
        """From now on there is a bar."""
        self._setting = setting

    def row(self, row: dict[str, Any]) -> None:
        self._now = max(self._now, row["t"])
        if row["kind"] == "phase" and row["index"] == 0:
            self._zero = row["t"]
        if application_left(row):
            at = f" {row['t'] - self._zero:.1f} s into the drill" if self._zero else ""
            self._left = f"the application {row['detail']}{at}"
        self.score.take(row)

    def tick(self, elapsed: float) -> None:
        if self._setting is not None:
            self._elapsed = elapsed

    def _render(self) -> RenderableType:
        setting = self._setting
        self._spinner.update(text=Text(self._step))
        if setting is None:
            return self._spinner
        table = Table.grid(padding=(0, 1))
        if self._elapsed < setting.end:
            phase = Text.assemble(
                (self.score.phase, "bold"), (f" {self.score.impact}", _STYLES.get(self.score.impact, "red"))
            )
            table.add_row(phase)
        else:
            table.add_row(self._spinner)
        elapsed = min(max(self._elapsed, 0.0), setting.end)
        bar = Table.grid(padding=(0, 1))
        bar.add_row(ProgressBar(setting.end, elapsed, width=40), Text(f"{elapsed:.0f}/{setting.end:.0f}s", "dim"))
        table.add_row(bar)
        table.add_row(Text(self.score.in_words(self._now)))
        if self._left:
            table.add_row(Text(self._left, "bold red"))
        return table
