"""A scenario: what the platform does, phase by phase. YAML in (see ``brownout.yamlfile``), frozen values out."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, HttpUrl, WithJsonSchema, create_model, model_validator

from brownout.caller import bearer, region_of
from brownout.exchange import Call
from brownout.faults import FAULTS
from brownout.faults.base import After, AfterField, Fault
from brownout.lazy import Lazy
from brownout.match import Account as Account
from brownout.match import When as When
from brownout.model import ErrorAt, Frozen, PerSecond, Seconds
from brownout.services import SERVICE_NAMES, UnfitPlatform, connections, covered, declare, known_glob
from brownout.share import WHOLE as WHOLE
from brownout.share import Share as Share
from brownout.share import ShareField as ShareField
from brownout.tagged import Tagged

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


class Source(Frozen):
    """Where a fact of this scenario comes from."""

    url: HttpUrl
    """Page that others can read."""
    fact: str
    """What it says, in your own words."""


class Bucket(Frozen):
    """A refilling allowance for each API key, or for whom the fault says; calls beyond it are struck. Real time."""

    rate: PerSecond
    """How fast it refills: 40 rps, 60 rpm; for a rate_limit by tokens 30000 tpm."""
    burst: int = Field(default=1, ge=1)
    """How many calls, or tokens, it holds."""


def _declared(platforms: dict[str, str]) -> dict[str, str]:
    try:
        declare(platforms)
    except UnfitPlatform as error:
        raise ErrorAt((error.name,), str(error)) from None
    return platforms


# Rules name these platforms, so this must be read before the timeline.
Platforms = Annotated[
    dict[str, str],
    AfterValidator(_declared),
    WithJsonSchema(
        {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z][a-z0-9-]*$"},
            "additionalProperties": {"type": "string", "pattern": "^https?://"},
            "examples": [{"acme": "https://llm.acme.example/v1"}],
        }
    ),
]
ServiceGlob = Annotated[
    str,
    AfterValidator(known_glob),
    WithJsonSchema(
        {"anyOf": [{"enum": list(SERVICE_NAMES)}, {"type": "string", "pattern": r"[*?\[]"}], "examples": ["openai.*"]}
    ),
]


class Rule(Fault):
    """When, where and how often a fault strikes. The fault's own settings stand beside these in the YAML."""

    id: str = ""
    """Name in the report; made from phase and position where it is missing."""
    on: ServiceGlob
    """Service, or a glob over services: openai.chat, openai.*, *."""
    when: When = When()
    """Which calls of that service."""
    share: ShareField = WHOLE
    """How many of them: 30%, {from: 10%, to: 85%}, {high: 80%, low: 5%, every: 4m}."""
    sticky: Literal["conversation", "key", "user"] | None = None
    """Decide once for each conversation, API key or user instead of for each call."""
    first: int | None = Field(default=None, ge=1)
    """Strike only the first so many attempts of the same exchange; a later retry gets through."""
    after: AfterField = After()
    """Let so many pass first: '20 calls'; for stream faults '8 events' or '400 bytes' into the answer."""
    limit: int | None = Field(default=None, ge=1)
    """Strike at most so many times."""
    bucket: Bucket | None = None
    """For rate_limit: strike what exceeds a refilling allowance, instead of a share."""

    @cached_property
    def covers(self) -> frozenset[str]:
        """The services it can strike: those of ``on`` that can show its fault.

        A fault of connections strikes those of every platform that ``on`` names a service of: a connection does not
        say which service it is for.
        """
        if self.connection:
            return connections(self.on)
        return covered(self.on, self.shown_by, self.calls, self.deliveries)

    @property
    def counts_calls(self) -> bool:
        """Whether it needs a running count, which each proxy keeps for itself."""
        return bool(self.after.calls or self.limit or self.bucket or self.loaded)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.after.events is not None or self.after.bytes is not None) and not self.positioned:
            raise ValueError(
                f"after: events and bytes are positions in a stream; {self.fault} has none. Allowed here: 20 calls"
            )
        if self.after.messages is not None and not self.upgrades_only:
            raise ValueError(f"after: messages are counted over a WebSocket only, and {self.fault} is not about these")
        if self.bucket and not self.bucketed:
            raise ValueError(f"bucket: {self.fault} cannot be struck by a bucket; use share (allowed for: rate_limit)")
        return self


def _rule_type(name: str, _: str) -> type[Rule]:
    """The rule that carries this fault: both sets of keys, checked together."""
    fault = FAULTS[name]
    options: dict[str, Any] = {"__base__": (fault, Rule), "__doc__": fault.__doc__, "fault": (Literal[name], ...)}
    model: type[Rule] = create_model(f"{fault.__name__}Rule", **options)
    return model


RULE_TYPES: Lazy[type[Rule]] = Lazy(dict.fromkeys(FAULTS, ""), _rule_type)
AnyRule = Annotated[Rule, Tagged("fault", RULE_TYPES)]


class Phase(Frozen):
    """A named stretch of the timeline."""

    phase: str = Field(min_length=1)
    """Its name, unique in the timeline."""
    lasts: Seconds
    """Incident time: 90s, 20m, 1h30m."""
    impact: Impact
    """How bad it is, in the words of a status page; what an app profile expects depends on it."""
    rules: tuple[AnyRule, ...] = ()
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
    speed: float = Field(default=1.0, gt=0)
    """Incident seconds that pass in one drill second; Retry-After and rate-limit resets shrink with it."""
    accounts: tuple[Account, ...] = ()
    """Which API keys (globs) belong to which tier and region; the first that fits counts."""
    platforms: Platforms = Field(default_factory=dict)
    """More platforms that speak OpenAI's grammar, by the base URL that their clients use."""
    timeline: tuple[Phase, ...] = Field(min_length=1)
    """The phases, one after the other."""
    status: dict[str, tuple[StatusPost, ...]] = Field(default_factory=dict)
    """The platform's own status page, by provider."""
    channels: dict[Literal["whatsapp"], ChannelEnd] = Field(default_factory=dict)
    """Channels that end."""

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
                if rule.at_deadline and not self.channels:
                    text = (
                        f"{rule.fault} needs to know when a channel ends; add channels: {{whatsapp: {{deadline: …}}}}"
                    )
                    raise ErrorAt(("timeline", number, "rules", position, "fault"), text)
        return self

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [phase.phase for phase in self.timeline]
        for position, name in enumerate(names):
            if name in names[:position]:
                raise ErrorAt(
                    ("timeline", position, "phase"), f"phase {name!r} appears twice; give each phase its own name"
                )
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
        """All rules of all phases."""
        return tuple(rule for phase in self.phases for rule in phase.rules)

    def written(self) -> dict[str, Any]:
        """What was written, as plain values: read again, it is the same scenario.

        Defaults that nobody wrote are left out, since some settings mean another thing when they are given.
        """
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

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
