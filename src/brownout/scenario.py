"""A scenario: what the platform does, phase by phase. YAML in (see ``brownout.config.yamlfile``), frozen values out."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import (
    Field,
    HttpUrl,
    ModelWrapValidatorHandler,
    model_validator,
)

from brownout.calls.caller import bearer, region_of
from brownout.calls.match import Account as Account
from brownout.config import units
from brownout.config.model import LONGEST_NAME, ErrorAt, Frozen, Seconds
from brownout.exchange import Call
from brownout.rule import AnyRule, Platforms, Rule, naming
from brownout.services import Catalogue, catalogue_of

Impact = Literal["operational", "degraded", "partial_outage", "major_outage", "recovering", "shutdown"]
IMPACTS: tuple[Impact, ...] = (
    "operational",
    "degraded",
    "partial_outage",
    "major_outage",
    "recovering",
    "shutdown",
)
OUTAGES: frozenset[str] = frozenset(("degraded", "partial_outage", "major_outage", "shutdown"))


MOST_PHASES = 1_000
MOST_RULES = 2_000
"""Of a whole timeline: far more than any outage has, and few enough to be held against one another."""


class Source(Frozen):
    """Where a fact of this scenario comes from."""

    url: HttpUrl
    """Page that others can read."""
    fact: str
    """What it says, in your own words."""


class Phase(Frozen):
    """A named stretch of the timeline."""

    phase: str = Field(min_length=1, max_length=LONGEST_NAME)
    """Its name, unique in the timeline."""
    lasts: Seconds
    """Incident time: 90s, 20m, 1h30m."""
    impact: Impact
    """How bad it is, in the words of a status page; what an app profile expects depends on it."""
    rules: tuple[AnyRule, ...] = Field(default=(), max_length=MOST_RULES)
    """Which faults strike; the first rule that selects a call wins."""


class StatusPost(Frozen):
    """One entry of the platform's status page, at incident time ``at`` from the start of the timeline."""

    at: Seconds
    """Incident time from the start of the timeline."""
    say: Literal["investigating", "identified", "monitoring", "resolved", "postmortem"]
    """State that the post announces."""
    indicator: Literal["none", "minor", "major", "critical", "maintenance"] | None = None
    """How bad the page says it is."""
    text: str | None = None
    """The post's own words."""


class ChannelEnd(Frozen):
    """When a channel ends, in incident time from the start of the timeline. What the wire shows then, rules say."""

    announced: Seconds | None = None
    """From when the application is told of it; never, where this is missing."""
    deadline: Seconds
    """What users have not moved away by then is gone for good."""


class Scenario(Frozen):
    """What the platform does. File stem and ``name`` are the same."""

    brownout: Literal[1]
    """Version of this format."""
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """The same as the file's name without .yaml."""
    title: str
    """One line for lists and reports."""
    sources: tuple[Source, ...] = ()
    """Where its facts come from."""
    seed: int = 1
    """Decides which calls are struck; the same seed strikes the same calls again."""
    speed: float = Field(default=1.0, ge=units.SLOWEST, le=units.FASTEST)
    """Incident seconds that pass in one drill second; Retry-After and rate-limit resets shrink with it."""
    accounts: tuple[Account, ...] = ()
    """Which API keys (globs) belong to which tier and region; the first that fits counts."""
    platforms: Platforms = Field(default_factory=dict)
    """More platforms that speak OpenAI's grammar, by the base URL that their clients use."""
    timeline: tuple[Phase, ...] = Field(min_length=1, max_length=MOST_PHASES)
    """The phases, one after the other."""
    status: dict[str, tuple[StatusPost, ...]] = Field(default_factory=dict)
    """The platform's own status page, by provider."""
    channels: dict[Literal["whatsapp"], ChannelEnd] = Field(default_factory=dict)
    """Channels that end."""

    @model_validator(mode="wrap")
    @classmethod
    def _rules_may_name_its_platforms(cls, value: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        with naming(value.get("platforms") if isinstance(value, dict) else None):
            return read(value)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The platforms it may name: built in, and its own."""
        return catalogue_of(self.platforms)

    @model_validator(mode="after")
    def _channels_end_in_time(self) -> Self:
        for name, end in self.channels.items():
            if end.announced is not None and end.announced >= end.deadline:
                raise ErrorAt(("channels", name, "announced"), "announced must come before the deadline")
            if end.deadline >= self.duration:
                raise ErrorAt(("channels", name, "deadline"), "the deadline must come before the end of the timeline")
        return self

    @model_validator(mode="after")
    def _what_is_lost_has_a_deadline(self) -> Self:
        for number, phase in enumerate(self.timeline):
            for position, rule in enumerate(phase.rules):
                if rule.kind.paced_by == "deadline" and not self.channels:
                    text = (
                        f"{rule.fault} needs to know when a channel ends; add channels: {{whatsapp: {{deadline: …}}}}"
                    )
                    raise ErrorAt(("timeline", number, "rules", position, "fault"), text)
        return self

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        rules = sum(len(phase.rules) for phase in self.timeline)
        if rules > MOST_RULES:
            raise ErrorAt(("timeline",), f"timeline has {rules:,} rules in all; at most {MOST_RULES:,} are allowed")
        names: set[str] = set()
        for position, name in enumerate(phase.phase for phase in self.timeline):
            if name in names:
                raise ErrorAt(
                    ("timeline", position, "phase"), f"phase {name!r} appears twice; give each phase its own name"
                )
            names.add(name)
        seen: set[str] = set()
        for number, phase in enumerate(self.phases):
            for position, rule in enumerate(phase.rules):
                if rule.id in seen:
                    place = ("timeline", number, "rules", position, "id")
                    raise ErrorAt(place, f"rule id {rule.id!r} appears twice; give each rule its own id")
                seen.add(rule.id)
        return self

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The timeline, with every rule named."""
        return tuple(
            phase.model_copy(
                update={
                    "rules": tuple(
                        rule if rule.id else rule.model_copy(update={"id": f"{phase.phase}.{number}.{rule.fault}"})
                        for number, rule in enumerate(phase.rules, 1)
                    )
                }
            )
            for phase in self.timeline
        )

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of all phases, in the order of the timeline."""
        return tuple(rule for phase in self.phases for rule in phase.rules)

    def written(self) -> dict[str, Any]:
        """What was written, as plain values: read again, it is the same scenario.

        Defaults that nobody wrote are left out, since some settings mean another thing when they are given.
        """
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    def changed(self, **values: Any) -> Scenario:
        """The same with other values, as in YAML, read anew: what follows from them follows again."""
        return Scenario.model_validate({**self.written(), **values})

    @property
    def duration(self) -> float:
        """Incident seconds from the first phase to the end of the last."""
        return sum(phase.lasts for phase in self.timeline)

    def account(self, call: Call) -> Account:
        """Tier and region of the caller: what the client says, else what the key belongs to, else the host's region."""
        headers = call.request.headers
        key = bearer(call) or ""
        known = next((account for account in self.accounts if fnmatchcase(key, account.key)), Account())
        return Account(
            tier=headers.get("x-brownout-tier") or known.tier,
            region=headers.get("x-brownout-region") or known.region or region_of(call.request),
        )
