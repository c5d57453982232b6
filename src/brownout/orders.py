"""What a drill hands to the processes it starts: one JSON file each. Pure values; no process imports another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from brownout.config.complaints import in_one_line
from brownout.config.model import Frozen
from brownout.profile import Profile
from brownout.profile import Receiver as Receiver
from brownout.rule import Platforms
from brownout.scenario import Impact, Scenario, StatusPost
from brownout.tool_use import ToolUse
from brownout.tunnel import ANY

KEPT = "what the platform kept (conversations, files, messages)"
"""What only the stand-in has, in memory: it is lost when the stand-in ends before its time."""

BUDGET_SPENT = "the budget of calls to the real platform is used up"
"""What a proxy notes when it lets no more calls leave."""


def flaw(error: ValidationError) -> str:
    """What is wrong with orders, in one line: a part that cannot begin says it, and its starter shows it."""
    return in_one_line(error)


class PhaseSpan(Frozen):
    """A phase in drill seconds from the start of the timeline."""

    name: str
    impact: Impact
    start: float
    end: float


def spans(scenario: Scenario, speed: float) -> tuple[PhaseSpan, ...]:
    """The timeline in drill seconds, at ``speed`` incident seconds a drill second."""
    result: list[PhaseSpan] = []
    start = 0.0
    for phase in scenario.timeline:
        end = start + phase.lasts / speed
        result.append(PhaseSpan(name=phase.phase, impact=phase.impact, start=start, end=end))
        start = end
    return tuple(result)


class Pace(Frozen):
    """How fast the stand-in answers. Seconds and tokens a second; all jitter is drawn by hash from the seed."""

    first_token: float = 0.25
    first_token_jitter: float = 0.1
    tokens_per_second: float = 80.0
    jitter: float = 0.3


class ChannelSpan(Frozen):
    """When a channel's end is announced, and when it comes: drill seconds from the start of the timeline."""

    name: str
    announced: float | None
    deadline: float


def channel_spans(scenario: Scenario, speed: float) -> tuple[ChannelSpan, ...]:
    """The ends of channels in drill seconds."""
    return tuple(
        ChannelSpan(
            name=name,
            announced=None if end.announced is None else end.announced / speed,
            deadline=end.deadline / speed,
        )
        for name, end in scenario.channels.items()
    )


class KeyFile(Frozen):
    """Where digests are of the keys that are in use in a drill, and the secret, in hex digits, they are made with."""

    path: Path
    secret: str


class StandinOrders(Frozen):
    """For ``python -m brownout.standin --orders FILE``.

    Prints one line ``{"ready": true, "port": N}`` when it listens. Ends on SIGTERM and when stdin closes. ``platforms``
    are for clients that come without a proxy: a proxy says with each call what it knows of a declared platform.
    ``status`` is what the status pages say, at ``speed`` incident seconds a second, once the file ``go`` holds the
    monotonic second at which the timeline starts. ``webhooks`` says where to send them, by platform, with whole URLs;
    ``scenario`` which of them come to harm, from that second on, and when the end of a channel is told. ``tools`` is
    how often a tool is used that a call leaves to the model; None: never, but for those of MCP servers. Whoever plays
    the people on WhatsApp shows ``token``; where it is empty, for a stand-in started by hand, anybody may.
    """

    port: int = 0
    host: str = "127.0.0.1"
    seed: int = 1
    platforms: Platforms = Field(default_factory=dict)
    pace: Pace = Pace()
    journal: Path | None = None
    status: dict[str, tuple[StatusPost, ...]] = Field(default_factory=dict)
    speed: float = Field(default=1.0, gt=0)
    go: Path | None = None
    webhooks: dict[str, Receiver] = Field(default_factory=dict)
    scenario: dict[str, Any] | None = None
    tools: ToolUse | None = None
    token: str = ""


class ProxyOrders(Frozen):
    """For ``python -m brownout.proxy --orders FILE``.

    Prints one line ``{"ready": true, "port": N, "control": N, "ca": PATH}``. Ends on SIGTERM and when stdin closes.
    ``upstream`` is the stand-in's base URL, or None for the real platform. ``zero`` is the monotonic second at which
    the timeline starts; None waits for the control channel to say. ``tunnel`` are globs of the hosts that are no
    platform's and may be reached.
    """

    name: str = "proxy-0"
    port: int = 0
    host: str = "127.0.0.1"
    control_port: int = 0
    token: str
    scenario: dict[str, Any]
    speed: float
    zero: float | None = None
    upstream: str | None
    budget: int | None = None
    tunnel: tuple[str, ...] = ANY
    confdir: Path
    journal: Path | None
    hang_cap: float = 120.0
    most_active: int | None = Field(default=None, ge=1)
    """So many calls are struck at the same time at most."""
    reuse_port: bool = False
    keys: KeyFile | None = None
    """Where to note the keys that calls carry."""


class LoadOrders(Frozen):
    """For the Locust file ``loadtests/journeys.py``: path in the environment variable ``BROWNOUT_ORDERS``.

    The load writes a ``process`` row (name ``load``, event ``ready``), then waits for the file ``go``, which holds the
    monotonic second at which the timeline starts.
    """

    app_url: str
    profile: Profile
    profile_folder: Path
    seed: int
    users: int
    phases: tuple[PhaseSpan, ...]
    journal: Path
    go: Path
    patience: float | None = None
    extra: dict[str, str] = Field(default_factory=dict)
    """More names for the journeys' templates."""
    sentinel: bool = True
    """Whether whole answers end with ``canary.SENTINEL``: the stand-in's do, the real platform's do not."""
    standin: Path | None = None
    """The file that holds the stand-in's base URL once ``go`` is there: users on WhatsApp write there."""
    standin_token: str = ""
    """What the stand-in wants to see from them."""
    go_within: float = 60.0
    """Seconds to wait for ``go`` before the load gives up."""
    keys: KeyFile | None = None
    """Where the keys are noted that no user is to see."""
