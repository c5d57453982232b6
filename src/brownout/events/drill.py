"""Rows about the drill itself: what is drilled, where on its timeline it is, and what became of its parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, NotRequired

from typing_extensions import TypedDict

from brownout.events.base import Event, Table
from brownout.terms import Completion, Happening


class PhaseRow(TypedDict):
    """A phase of a drill; ``start`` and ``end`` in drill seconds from the start of the timeline."""

    name: str
    impact: str
    start: float
    end: float


class LoadRow(TypedDict):
    """What the platform can take, of a rule that follows the load: calls a second, seconds, incident seconds."""

    capacity: float
    queue: float
    worst: float
    recover: float


class RuleRow(TypedDict):
    """A rule of a drill, as far as what became of it can be told by it."""

    id: str
    phase: str
    fault: str
    on: str
    services: NotRequired[list[str] | str]  # once a glob
    share: NotRequired[str]
    mean_share: NotRequired[float | None]
    curve: NotRequired[Any]
    wait: NotRequired[dict[str, Any] | None]
    when: NotRequired[dict[str, Any]]
    waits: NotRequired[bool]
    load: NotRequired[LoadRow]
    line: NotRequired[int]  # of ``scenario_file``


class ChannelRow(TypedDict):
    """A channel that ends; drill seconds from the start of the timeline."""

    name: str
    announced: float | None
    deadline: float


@dataclass(frozen=True)
class Drill(Event):
    """What is being drilled. ``zero`` is the monotonic second at which the timeline starts."""

    kind: ClassVar[str] = "drill"
    table: ClassVar[Table | None] = None
    scenario: str
    title: str
    seed: int
    speed: float
    zero: float
    app: str
    users: int
    proxies: int
    phases: list[PhaseRow]
    rules: list[RuleRow]
    expect: list[dict[str, Any]]
    sources: list[dict[str, str]] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    scenario_file: str = ""
    app_file: str = ""
    sentinel: bool = True  # whole answers end with it, and the load looks for it
    channels: list[ChannelRow] = field(default_factory=list)
    supervised: bool = False  # the application is started again whenever its process ends
    wiring: str = ""  # what is likely to be missing where no call comes, in words
    looks: int = 1  # so many drills may judge what is expected; the confidence in ``expect`` is for each of them
    expect_lines: list[int] = field(default_factory=list)  # of ``app_file``, by their order in ``expect``; 0: unknown
    port: int = 0  # of the proxy, where it was chosen: an application that is already running knows it


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
class Process(Event):
    """A part ``started``, is ``ready``, ``exited`` (``t``: last seen alive), was ``killed``, ``stopped`` (by us).

    ``gone`` and ``back`` are said of the application alone, whose process may live or be unknown: from ``t`` on nobody
    listened where it was, and somebody does again.
    ``log``: of the application that exited by itself, the last lines of its log, redacted.
    """

    kind: ClassVar[str] = "process"
    name: str
    event: Happening
    code: int | None = None
    detail: str = ""
    t: float = 0.0
    log: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Stall(Event):
    """A part of ours stood still: at ``t`` its loop came round ``late`` seconds later than it should have."""

    kind: ClassVar[str] = "stall"
    name: str
    late: float
    t: float = 0.0


@dataclass(frozen=True)
class Pressure(Event):
    """Who had the processors in the ``span`` seconds up to ``t``: shares of all of them, 0 to 1.

    ``app`` is the application with all that it started, ``ours`` all parts of the drill, ``others`` whoever else runs
    on this machine; None where the application runs already, and cannot be told from these. ``queue`` is how many
    programs wanted to run for each processor, at ``t``.
    """

    kind: ClassVar[str] = "pressure"
    span: float
    app: float | None
    ours: float
    others: float | None
    queue: float
    t: float = 0.0


@dataclass(frozen=True)
class AppVitals(Event):
    """What the application's processes hold at ``t``, and the CPU seconds that they spent in the ``span`` before.

    ``pid`` is that of its lifeline, so that one that was started again is told from the one before. ``memory`` is in
    bytes, without what files back where the system tells that apart; ``files`` are descriptors but for TCP sockets,
    ``sockets`` these by their state.
    """

    kind: ClassVar[str] = "vitals"
    placed: ClassVar[bool] = True
    pid: int
    processes: int
    memory: int
    threads: int
    files: int
    sockets: dict[str, int]
    span: float
    cpu: float
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
    """The drill is over, by its ``outcome``. Without this row it was killed.

    ``stopped``: going on would have shown no more, and ``why`` says what made it so. ``aborted``: it was ended at once,
    by a bound of the profile or an order to stop; what ended at monotonic second ``since`` or later counts for nothing.
    """

    kind: ClassVar[str] = "end"
    table: ClassVar[Table | None] = None
    outcome: Completion
    why: str = ""
    since: float | None = None
