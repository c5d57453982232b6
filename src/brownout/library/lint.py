"""What is allowed in a scenario and yet cannot be meant. Pure checks over a loaded scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from brownout.config import units
from brownout.config.spelling import hint
from brownout.config.yamlfile import Document, Problem
from brownout.config.yamltree import Path
from brownout.deciding.carriers import unfit_connect
from brownout.rule import Rule
from brownout.scenario import Phase, Scenario
from brownout.services import BUILT_IN, is_delivery

Severity: TypeAlias = Literal["error", "warning"]
SHORTEST: Final = 1.0
"""Drill seconds below which a phase is too short for anybody to meet it."""


@dataclass(frozen=True)
class Finding:
    """One remark: an error makes a rule or a post pointless for certain, a warning may be meant.

    ``path`` leads to it in the scenario; ``problem`` says where that is in the file, where there is one.
    """

    severity: Severity
    text: str
    path: Path
    problem: Problem | None = None

    def __str__(self) -> str:
        if self.problem is None:
            return f"{self.severity}: {self.text}"
        return str(replace(self.problem, message=f"{self.severity}: {self.text}"))


def placed(findings: Iterable[Finding], document: Document) -> list[Finding]:
    """The findings, each with its position in the document."""
    return [replace(finding, problem=document.problem(finding.path, finding.text)) for finding in findings]


def lint(
    scenario: Scenario, document: Document | None = None, speed: float | None = None, connect: str | None = None
) -> list[Finding]:
    """All findings on a scenario, in the order of the timeline; with positions where its document is given.

    ``speed`` replaces the scenario's own, in incident seconds a drill second. ``connect`` is how the application
    reaches the platform: with it, faults that cannot reach such an application are errors.
    """
    findings = list(_scenario(scenario))
    for number, phase in enumerate(scenario.phases):
        place: Path = ("timeline", number)
        findings += _phase(phase, place, speed or scenario.speed)
        findings += _shadowed(phase, place)
        for position, rule in enumerate(phase.rules):
            where = (*place, "rules", position)
            findings += [finding for check in _RULE_CHECKS for finding in check(rule, phase, where)]
            findings += _unfit(rule, connect, where)
    findings += _status(scenario)
    return findings if document is None else placed(findings, document)


def _scenario(scenario: Scenario) -> Iterator[Finding]:
    if scenario.rules and not scenario.sources:
        yield Finding("warning", "no sources: say where the facts come from, so that others can check them", ())


def _phase(phase: Phase, place: Path, speed: float) -> Iterator[Finding]:
    where = (*place, "lasts")
    drill_seconds = phase.lasts / speed
    if phase.lasts == 0:
        yield Finding("error", f"phase {phase.phase!r} lasts no time, so that nothing can happen in it", where)
    elif drill_seconds < SHORTEST:
        yield Finding(
            "warning",
            f"phase {phase.phase!r} lasts {units.in_words(drill_seconds)} of the drill at speed {speed:g}; "
            f"make it longer or lower the speed, so that calls fall into it",
            where,
        )


_OWN: Final = {False: "the faults of connections are for this one", True: "webhook_late and its like are for this one"}


def _wrong_service(rule: Rule, phase: Phase, place: Path) -> Iterator[Finding]:
    if rule.covers:
        return
    if rule.kind.shown_by == "*" and rule.kind.strikes != {"deliveries"}:
        allowed = f"a service with calls, as {rule.on.partition('.')[0]}.*; {_OWN[is_delivery(rule.on)]}"
    else:
        fitting = [
            name
            for name in BUILT_IN.services_matching(rule.kind.shown_by)
            if rule.kind.strikes != {"deliveries"} or is_delivery(name)
        ]
        near = [name for name in fitting if name.partition(".")[0] == rule.on.partition(".")[0]]
        allowed = ", ".join(near or fitting) or "no service"
    yield Finding("error", f"{rule.fault} cannot happen to {rule.on}; allowed: {allowed}", (*place, "on"))


def _before_any_call(rule: Rule, phase: Phase, place: Path) -> Iterator[Finding]:
    """A fault of connections knows nothing of the calls to come."""
    if "connections" not in rule.kind.strikes:
        return
    for key in sorted(rule.when.model_fields_set - {"region"}):
        text = f"{rule.fault} strikes before there is a call, so when.{key} never fits; allowed: region"
        yield Finding("error", text, (*place, "when", key))
    for key in ("first", "sticky"):
        if getattr(rule, key) is not None:
            text = f"{key}: {rule.fault} strikes before it is known whose call comes; use share and limit"
            yield Finding("error", text, (*place, key))


def _unfit(rule: Rule, connect: str | None, place: Path) -> Iterator[Finding]:
    why = unfit_connect(rule.kind, connect) if connect else None
    if why is not None:
        yield Finding("error", why, (*place, "fault"))
    elif rule.kind.needs_http is not None:
        text = (
            f"{rule.fault} needs a client that speaks {rule.kind.needs_http} to the drill; on other calls it does "
            "nothing, and the journal says so"
        )
        yield Finding("warning", text, (*place, "fault"))


def _plain_calls_only(rule: Rule, phase: Phase, place: Path) -> Iterator[Finding]:
    if rule.kind.needs_stream and rule.when.stream is False:
        text = f"{rule.fault} needs a streamed answer, but when.stream is false; drop it or use another fault"
        yield Finding("error", text, (*place, "when", "stream"))


def _never(rule: Rule, phase: Phase, place: Path) -> Iterator[Finding]:
    if rule.bucket is None and rule.share.start == 0 and rule.share.end == 0:
        yield Finding("error", f"share is 0% for the whole of phase {phase.phase!r}: the rule never strikes", place)


def _shadowed(phase: Phase, place: Path) -> Iterator[Finding]:
    """Each rule with an earlier one that takes all of its calls. What is compared is worked out once a rule."""
    before: list[tuple[int, Rule, dict[str, Any]]] = []
    for number, rule in enumerate(phase.rules, 1):
        wanted = rule.when.model_dump(exclude_defaults=True)
        seen = {**wanted, "stream": True} if rule.kind.needs_stream else wanted
        for first, earlier, given in before:
            if all(seen.get(key) == value for key, value in given.items()) and _covers(earlier, rule):
                text = (
                    f"rule {first} of phase {phase.phase!r} ({earlier.fault}, 100%) strikes every call before this "
                    "one can"
                )
                yield Finding("error", text, (*place, "rules", number - 1))
                break
        if _takes_all(rule):
            before.append((number, rule, wanted))


def _takes_all(rule: Rule) -> bool:
    whole = rule.share.start == 1 and rule.share.end == 1
    limited = rule.bucket or rule.first is not None or rule.limit is not None or rule.after.calls
    return whole and not limited


def _covers(earlier: Rule, rule: Rule) -> bool:
    """Whether every call that ``rule`` may strike is one that ``earlier`` may strike, as far as ``when`` lets it."""
    before, kind = earlier.kind, rule.kind
    if not rule.covers or not rule.covers <= earlier.covers or before.needs_http not in (None, kind.needs_http):
        return False
    if "websockets" in before.strikes and "websockets" not in kind.strikes:
        return False
    if before.chooses and rule.fault != earlier.fault:
        return False
    return not before.needs_stream or kind.needs_stream or rule.when.stream is True


def _counted_apart(rule: Rule, phase: Phase, place: Path) -> Iterator[Finding]:
    if rule.counts_calls:
        keys = [key for key, used in _counting(rule) if used]
        text = f"{' and '.join(keys)}: counted by each proxy for itself; with several proxies each has its own count"
        yield Finding("warning", text, (*place, keys[0]))


def _counting(rule: Rule) -> tuple[tuple[str, bool], ...]:
    return (
        ("after", bool(rule.after.calls)),
        ("limit", rule.limit is not None),
        ("bucket", rule.bucket is not None),
        ("at_once", rule.kind.most_at_once is not None),
        ("capacity", rule.kind.paced_by == "load"),
    )


_RULE_CHECKS: Final[tuple[Callable[[Rule, Phase, Path], Iterator[Finding]], ...]] = (
    _wrong_service,
    _before_any_call,
    _plain_calls_only,
    _never,
    _counted_apart,
)


def _status(scenario: Scenario) -> Iterator[Finding]:
    names = [provider.name for provider in scenario.catalogue.providers]
    for provider, posts in scenario.status.items():
        if provider not in names:
            yield Finding(
                "error", f"status: unknown provider {provider!r}{hint(provider, names)}", ("status", provider)
            )
        before = 0.0
        for number, post in enumerate(posts):
            place = ("status", provider, number, "at")
            if post.at > scenario.duration:
                end = units.in_words(scenario.duration)
                text = f"post at {units.in_words(post.at)} comes after the timeline ends ({end}): nobody will see it"
                yield Finding("error", text, place)
            elif post.at < before:
                yield Finding("warning", "posts are not in the order of time", place)
            before = post.at
