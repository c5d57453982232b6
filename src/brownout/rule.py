"""A rule: which fault strikes which calls, when and how often. Its services are those of its scenario's platforms."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    SerializeAsAny,
    SerializerFunctionWrapHandler,
    ValidationError,
    WithJsonSchema,
    model_serializer,
    model_validator,
)

from brownout.calls.match import When
from brownout.config.forms import Form, form
from brownout.config.model import LONGEST_NAME, ErrorAt, Frozen, PerSecond
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


def _companion_form(name: str, _: str) -> type[Form]:
    fault = FAULTS[name]
    return form(f"{fault.__name__}Along", fault, doc=fault.__doc__, fault=(Literal[name], ...))


def _companion(name: str, written: dict[str, Any]) -> Fault:
    """A fault that comes along with another one: its own settings, and none of a rule."""
    return FAULTS[name].model_validate(written)


AnyCompanion = Annotated[Fault, Tagged("fault", Lazy(dict.fromkeys(ALONGSIDE, ""), _companion_form), _companion)]


class RuleKeys(Frozen):
    """When, where and how often a fault strikes. The fault's own settings stand beside these in the YAML.

    ``after`` is the rule's, which counts calls. A fault that strikes at a position has it too: what the one key says
    of events, bytes or messages is the fault's alone, and so is what it means where nothing is written.
    """

    id: str = Field(default="", max_length=LONGEST_NAME)
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


class Rule(RuleKeys):
    """A fault, and when, where and how often it strikes."""

    kind: SerializeAsAny[Fault]
    """The fault with its own settings."""

    @property
    def fault(self) -> str:
        """What its fault is called in YAML, rows and reports."""
        return self.kind.fault

    @property
    def passes(self) -> After:
        """What passes before it strikes: calls, and where its fault strikes at a position, what comes before that."""
        passes: After = getattr(self.kind, "after", self.after)
        return passes

    def whole_program(self, strike: Strike) -> Program:
        """What happens to an exchange: the fault, and what comes along with it and can strike such a call."""
        call = strike.call
        along = [each for each in self.with_ if each.applies(call) and (call.stream or not each.needs_stream)]
        program = self.kind.program(strike)
        return combined(program, [each.program(strike) for each in along]) if along else program

    @cached_property
    def covers(self) -> frozenset[str]:
        """The services it can strike, of the platforms of its scenario: those of ``on`` that can show its fault.

        A fault of connections strikes those of every platform that ``on`` names a service of: a connection does not
        say which service it is for.
        """
        kind, strikes = self.kind, self.kind.strikes
        if "connections" in strikes:
            return _named.get().connections(self.on)
        return _named.get().covered(self.on, kind.shown_by, strikes != {"deliveries"}, "deliveries" in strikes)

    @model_validator(mode="after")
    def _knows_what_it_covers(self) -> Self:
        """Found out while its scenario is read, and never again."""
        _ = self.covers
        return self

    @cached_property
    def takes_any(self) -> bool:
        """Whether ``when`` asks nothing of a call."""
        return not self.when.model_fields_set

    @property
    def counts_calls(self) -> bool:
        """Whether it needs a running count, which each proxy keeps for itself."""
        kind = self.kind
        return bool(self.after.calls or self.limit or self.bucket or kind.paced_by == "load" or kind.most_at_once)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.after.events is not None or self.after.bytes is not None) and not self.kind.positioned:
            raise ValueError(
                f"after: events and bytes are positions in a stream; {self.fault} has none. Allowed here: 20 calls"
            )
        if self.after.messages is not None and "websockets" not in self.kind.strikes:
            raise ValueError(f"after: messages are counted over a WebSocket only, and {self.fault} is not about these")
        if self.with_ and self.kind.strikes != {"calls"}:
            raise ValueError(f"with: {self.fault} strikes no answer that another fault could change; leave it out")
        if self.bucket and self.kind.most_at_once:
            raise ValueError("bucket: at_once is an allowance of its own; use one of them")
        if self.bucket and self.kind.paced_by != "bucket":
            raise ValueError(f"bucket: {self.fault} cannot be struck by a bucket; use share (allowed for: rate_limit)")
        return self

    @model_serializer(mode="wrap")
    def _as_written(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Both sets of keys in one mapping, the name of the fault first."""
        own: dict[str, Any] = dump(self)
        kind = own.pop("kind", {})
        return {**{key: kind[key] for key in kind if key == "fault"}, **own, **kind}


def _rule_form(name: str, _: str) -> type[Form]:
    fault = FAULTS[name]
    return form(f"{fault.__name__}Rule", RuleKeys, fault, doc=fault.__doc__, fault=(Literal[name], ...))


RULE_FORMS: Lazy[type[Form]] = Lazy(dict.fromkeys(FAULTS, ""), _rule_form)
"""How the rule of each fault is written: both sets of keys."""


def common_form() -> type[Form]:
    """How a rule is written, as far as that is the same for every fault."""
    return form("Rule", RuleKeys, fault=(str, ""))


_OWN = frozenset(field.alias or name for name, field in RuleKeys.model_fields.items())


def rule_of(name: str, written: dict[str, Any]) -> Rule:
    """The rule that a mapping of both sets of keys says. Raises ValidationError.

    Whose key is whose is nothing to the author of a file: what is wrong with single values is told of all at once, in
    the order of the form, and then what does not go together, that of the rule before that of the fault.
    """
    fault = FAULTS[name]
    own = {key: value for key, value in written.items() if key in _OWN}
    settings = {key: value for key, value in written.items() if key not in own or key in fault.model_fields}
    try:
        return Rule.model_validate({**own, "kind": fault.model_validate(settings)})
    except ValidationError:
        values = RULE_FORMS[name].model_validate(written)
        given = {key: getattr(values, key) for key in values.model_fields_set if key in fault.model_fields}
        Rule.model_validate({**own, "kind": fault.model_construct(**given)})
        raise


AnyRule = Annotated[Rule, Tagged("fault", RULE_FORMS, rule_of)]


def check_service(platforms: dict[str, str], glob: str) -> None:
    """Raise ValueError where a name or a glob means no service of what is built in and of these platforms."""
    catalogue_of(platforms).known_glob(glob)


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
