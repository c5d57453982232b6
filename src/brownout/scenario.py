"""A scenario: what the platform does, phase by phase. YAML in (see ``brownout.yamlfile``), frozen values out."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, HttpUrl, WithJsonSchema, create_model, model_validator

from brownout import units
from brownout.exchange import Call
from brownout.faults import FAULTS
from brownout.faults.base import After, AfterField, Fault
from brownout.model import Frozen, PerSecond, Seconds
from brownout.services import SERVICE_NAMES, services_matching

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
    fact: str


class Share(Frozen):
    """How much of the eligible traffic a rule strikes: constant, a ramp over the phase, or a square wave."""

    start: float
    end: float
    every: float | None = None
    duty: float = 0.5

    def at(self, elapsed: float, lasts: float) -> float:
        """The share ``elapsed`` incident seconds into a phase that lasts ``lasts`` incident seconds."""
        if self.every:
            return self.start if (elapsed % self.every) < self.every * self.duty else self.end
        if lasts <= 0:
            return self.start
        return self.start + (self.end - self.start) * min(max(elapsed / lasts, 0.0), 1.0)

    @property
    def mean(self) -> float:
        """The average over a phase."""
        return self.start * self.duty + self.end * (1 - self.duty) if self.every else (self.start + self.end) / 2

    def __str__(self) -> str:
        if self.every:
            return f"{self.start:.0%} / {self.end:.0%} every {units.in_words(self.every)}"
        return f"{self.start:.0%}" if self.start == self.end else f"{self.start:.0%} → {self.end:.0%}"


def _parse_share(value: Any) -> Any:
    if isinstance(value, Share):
        return value
    if not isinstance(value, dict):
        constant = units.fraction(value)
        return Share(start=constant, end=constant)
    keys = set(value)
    if keys == {"from", "to"}:
        return Share(start=units.fraction(value["from"]), end=units.fraction(value["to"]))
    if {"high", "every"} <= keys <= {"high", "low", "every", "duty"}:
        return Share(
            start=units.fraction(value["high"]),
            end=units.fraction(value.get("low", 0)),
            every=units.seconds(value["every"]),
            duty=units.fraction(value.get("duty", 0.5)),
        )
    raise ValueError(
        "a share is 30%, or {from: 10%, to: 85%} for a ramp, "
        "or {high: 80%, low: 5%, every: 4m, duty: 50%} for a square wave"
    )


_FRACTION_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 1},
        {"type": "string", "pattern": r"^\d+(\.\d+)?%?$"},
    ]
}
ShareField = Annotated[
    Share,
    BeforeValidator(_parse_share),
    WithJsonSchema(
        {
            "anyOf": [
                *_FRACTION_SCHEMA["anyOf"],
                {
                    "type": "object",
                    "properties": {"from": _FRACTION_SCHEMA, "to": _FRACTION_SCHEMA},
                    "required": ["from", "to"],
                    "additionalProperties": False,
                },
                {
                    "type": "object",
                    "properties": {
                        "high": _FRACTION_SCHEMA,
                        "low": _FRACTION_SCHEMA,
                        "every": {"type": ["string", "number"]},
                        "duty": _FRACTION_SCHEMA,
                    },
                    "required": ["high", "every"],
                    "additionalProperties": False,
                },
            ],
            "examples": ["30%", {"from": "10%", "to": "85%"}, {"high": "80%", "low": "5%", "every": "4m"}],
        }
    ),
]
WHOLE = Share(start=1.0, end=1.0)


class When(Frozen):
    """Which calls of a service a rule may strike. Texts are globs; all that is given must match."""

    model: str | None = None
    stream: bool | None = None
    path: str | None = None
    header: dict[str, str] = Field(default_factory=dict)
    region: str | None = None
    tier: str | None = None
    key: str | None = None

    def matches(self, call: Call, account: Account) -> bool:
        """Whether this call qualifies."""
        headers = call.request.headers
        wanted = (
            (self.model, call.model),
            (self.path, call.request.path),
            (self.region, account.region),
            (self.tier, account.tier),
            (self.key, bearer(call)),
            *((glob, headers.get(name.lower())) for name, glob in self.header.items()),
        )
        if self.stream is not None and self.stream != call.stream:
            return False
        return all(glob is None or (value is not None and fnmatchcase(value, glob)) for glob, value in wanted)


class Account(Frozen):
    """What tier and region the holder of a key has: the platform knows, so the scenario says."""

    key: str = "*"
    tier: str | None = None
    region: str | None = None


def bearer(call: Call) -> str | None:
    """The API key a call carries; never written anywhere."""
    headers = call.request.headers
    value = (
        headers.get("authorization", "").removeprefix("Bearer ") or headers.get("x-api-key") or headers.get("api-key")
    )
    return value or None


class Bucket(Frozen):
    """A refilling allowance for each API key; calls beyond it are struck. ``rate`` is in real, not incident time."""

    rate: PerSecond
    burst: int = Field(default=1, ge=1)


class Rule(Fault):
    """When, where and how often a fault strikes. The fault's own settings stand beside these in the YAML."""

    id: str = ""
    """Name in the report; made from phase and position where it is missing."""
    on: str
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

    @property
    def counts_calls(self) -> bool:
        """Whether it needs a running count, which each proxy keeps for itself."""
        return bool(self.after.calls or self.limit or self.bucket)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not services_matching(self.on):
            raise ValueError(
                f"on: {self.on!r} names no service; allowed: {', '.join(SERVICE_NAMES)}, or a glob such as openai.*"
            )
        if (self.after.events is not None or self.after.bytes is not None) and not self.positioned:
            raise ValueError(
                f"after: events and bytes are positions in a stream; {self.fault} has none. Allowed here: 20 calls"
            )
        if self.bucket and not self.bucketed:
            raise ValueError(f"bucket: {self.fault} cannot be struck by a bucket; use share (allowed for: rate_limit)")
        return self


def _rule_type(name: str, fault: type[Fault]) -> type[Rule]:
    """The rule that carries this fault: both sets of keys, checked together."""
    options: dict[str, Any] = {"__base__": (fault, Rule), "__doc__": fault.__doc__, "fault": (Literal[name], ...)}
    model: type[Rule] = create_model(f"{fault.__name__}Rule", **options)
    return model


RULE_TYPES: dict[str, type[Rule]] = {name: _rule_type(name, fault) for name, fault in FAULTS.items()}
if TYPE_CHECKING:
    AnyRule: TypeAlias = Rule
else:
    AnyRule = Annotated[tuple(RULE_TYPES.values()), Field(discriminator="fault")]


class Phase(Frozen):
    """A named stretch of the timeline."""

    phase: str = Field(min_length=1)
    lasts: Seconds
    """Incident time."""
    impact: Impact
    rules: tuple[AnyRule, ...] = ()


class StatusPost(Frozen):
    """One entry of the platform's status page, at incident time ``at`` from the start of the timeline."""

    at: Seconds
    say: Literal["investigating", "identified", "monitoring", "resolved", "postmortem"]
    indicator: Literal["none", "minor", "major", "critical", "maintenance"] | None = None
    text: str | None = None


class Scenario(Frozen):
    """What the platform does. File stem and ``name`` are the same."""

    brownout: Literal[1]
    """Version of this format."""
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    sources: tuple[Source, ...] = ()
    seed: int = 1
    speed: float = Field(default=1.0, gt=0)
    """Incident seconds that pass in one drill second; Retry-After and rate-limit resets shrink with it."""
    accounts: tuple[Account, ...] = ()
    """Which API keys (globs) belong to which tier and region; the first that fits counts."""
    timeline: tuple[Phase, ...] = Field(min_length=1)
    status: dict[str, tuple[StatusPost, ...]] = Field(default_factory=dict)
    """The platform's own status page, by provider."""

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [phase.phase for phase in self.timeline]
        for position, name in enumerate(names):
            if name in names[:position]:
                raise ValueError(f"timeline: phase {name!r} appears twice; give each phase its own name")
        ids = [rule.id for rule in self.rules]
        for position, rule_id in enumerate(ids):
            if rule_id in ids[:position]:
                raise ValueError(f"rules: id {rule_id!r} appears twice; give each rule its own id")
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

    @property
    def duration(self) -> float:
        """Incident seconds from the first phase to the end of the last."""
        return sum(phase.lasts for phase in self.timeline)

    def account(self, call: Call) -> Account:
        """Tier and region of the caller: what the client says, else what the key belongs to, else the host's region."""
        headers = call.request.headers
        key = bearer(call) or ""
        known = next((account for account in self.accounts if fnmatchcase(key, account.key)), Account())
        host_region, _, rest = call.request.host.partition(".")
        return Account(
            tier=headers.get("x-brownout-tier") or known.tier,
            region=headers.get("x-brownout-region")
            or known.region
            or (host_region if rest.startswith("api.") else None),
        )
