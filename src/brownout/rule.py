"""A rule: which fault strikes which calls, when and how often. Its services are those of its scenario's platforms."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, create_model, model_validator

from brownout.calls.match import When
from brownout.config.model import ErrorAt, Frozen, PerSecond
from brownout.config.share import WHOLE, ShareField
from brownout.config.tagged import Tagged
from brownout.effects import Program
from brownout.faults import FAULTS
from brownout.faults.base import After, AfterField, Fault, Strike
from brownout.faults.combining import ALONGSIDE, combined
from brownout.lazy import Lazy
from brownout.services import BUILT_IN, SERVICE_NAMES, Catalogue, UnfitPlatform, catalogue_of


class Bucket(Frozen):
    """A refilling allowance for each API key, or for whom the fault says; calls beyond it are struck. Real time."""

    rate: PerSecond
    """How fast it refills: 40 rps, 60 rpm; for a rate_limit by tokens 30000 tpm."""
    burst: int = Field(default=1, ge=1)
    """How many calls, or tokens, it holds."""


_named: ContextVar[Catalogue] = ContextVar("the platforms that the rules being read may name", default=BUILT_IN)


def _known_glob(glob: str) -> str:
    return _named.get().known_glob(glob)


def _fit(platforms: dict[str, str]) -> dict[str, str]:
    try:
        catalogue_of(platforms)
    except UnfitPlatform as error:
        raise ErrorAt((error.name,), str(error)) from None
    return platforms


Platforms = Annotated[
    dict[str, str],
    AfterValidator(_fit),
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
    AfterValidator(_known_glob),
    WithJsonSchema(
        {"anyOf": [{"enum": list(SERVICE_NAMES)}, {"type": "string", "pattern": r"[*?\[]"}], "examples": ["openai.*"]}
    ),
]


def _companion_type(name: str, _: str) -> type[Fault]:
    """A fault that comes along with another one: its own settings, and none of a rule."""
    fault = FAULTS[name]
    options: dict[str, Any] = {"__base__": fault, "__doc__": fault.__doc__, "fault": (Literal[name], ...)}
    model: type[Fault] = create_model(f"{fault.__name__}Along", **options)
    return model


AnyCompanion = Annotated[Fault, Tagged("fault", Lazy(dict.fromkeys(ALONGSIDE, ""), _companion_type))]


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
    with_: tuple[AnyCompanion, ...] = Field(default=(), alias="with")
    """Faults that strike the same calls as well: slow_headers before a stream_cut."""

    def whole_program(self, strike: Strike) -> Program:
        """What happens to an exchange: the fault, and what comes along with it and can strike such a call."""
        call = strike.call
        along = [each for each in self.with_ if each.applies(call) and (call.stream or not each.needs_stream)]
        program = self.program(strike)
        return combined(program, [each.program(strike) for each in along]) if along else program

    @cached_property
    def covers(self) -> frozenset[str]:
        """The services it can strike, of the platforms of its scenario: those of ``on`` that can show its fault.

        A fault of connections strikes those of every platform that ``on`` names a service of: a connection does not
        say which service it is for.
        """
        if "connections" in self.strikes:
            return _named.get().connections(self.on)
        return _named.get().covered(
            self.on, self.shown_by, self.strikes != {"deliveries"}, "deliveries" in self.strikes
        )

    @model_validator(mode="after")
    def _knows_what_it_covers(self) -> Self:
        """Found out while its scenario is read, and never again."""
        _ = self.covers
        return self

    @property
    def counts_calls(self) -> bool:
        """Whether it needs a running count, which each proxy keeps for itself."""
        return bool(self.after.calls or self.limit or self.bucket or self.paced_by == "load" or self.most_at_once)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.after.events is not None or self.after.bytes is not None) and not self.positioned:
            raise ValueError(
                f"after: events and bytes are positions in a stream; {self.fault} has none. Allowed here: 20 calls"
            )
        if self.after.messages is not None and "websockets" not in self.strikes:
            raise ValueError(f"after: messages are counted over a WebSocket only, and {self.fault} is not about these")
        if self.with_ and self.strikes != {"calls"}:
            raise ValueError(f"with: {self.fault} strikes no answer that another fault could change; leave it out")
        if self.bucket and self.most_at_once:
            raise ValueError("bucket: at_once is an allowance of its own; use one of them")
        if self.bucket and self.paced_by != "bucket":
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


@contextlib.contextmanager
def naming(platforms: Any) -> Iterator[None]:
    """Let the rules that are read meanwhile name these platforms. What is wrong with them is said elsewhere."""
    token = _named.set(_as_far_as_fit(platforms))
    try:
        yield
    finally:
        _named.reset(token)


def _as_far_as_fit(platforms: Any) -> Catalogue:
    if isinstance(platforms, dict) and all(isinstance(each, str) for pair in platforms.items() for each in pair):
        with contextlib.suppress(UnfitPlatform):
            return catalogue_of(platforms)
    return BUILT_IN
