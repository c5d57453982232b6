"""Deciding: does a rule strike this exchange? A hash, never a draw; pure, so that a decision log can be replayed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from brownout.chance import uniform
from brownout.exchange import Exchange
from brownout.rule import Rule
from brownout.scenario import Phase, Scenario


@dataclass(frozen=True)
class Moment:
    """Where on the timeline an exchange falls: the phase, and incident seconds since it began.

    ``began`` is when that was, in Unix seconds; 0 where nobody knows.
    """

    phase: Phase
    elapsed: float
    began: float = 0.0


@dataclass(frozen=True)
class Counts:
    """What one proxy has counted of a rule: eligible calls, strikes, whether its bucket admits a call, how full it is.

    Zero everywhere for a rule that counts nothing, which is what makes most decisions independent of the proxy.
    """

    calls: int = 0
    strikes: int = 0
    admits: bool = True
    load: float = 0.0


NOTHING_COUNTED = Counts()


@dataclass(frozen=True)
class Draw:
    """One rule's answer to an eligible exchange, with all that is needed to repeat it."""

    rule: str
    share: float
    draw: float
    selected: bool
    sticky: str | None = None
    counts: Counts = NOTHING_COUNTED

    @property
    def row(self) -> list[Any]:
        """The draw as a row of the journal lists it."""
        counts = self.counts
        drawn = [self.rule, self.share, self.draw, self.selected, self.sticky]
        return [*drawn, counts.calls, counts.strikes, counts.admits, counts.load]


@dataclass(frozen=True)
class Decision:
    """Which rule strikes, if any, and the draws of every rule that could have."""

    rule: Rule | None = None
    draws: tuple[Draw, ...] = field(default=())

    @property
    def eligible(self) -> tuple[str, ...]:
        """Ids of the rules this exchange was eligible for."""
        return tuple(draw.rule for draw in self.draws)


NO_FAULT = Decision()


def eligible(scenario: Scenario, rule: Rule, exchange: Exchange, began: float = 0.0) -> bool:
    """Whether a rule may strike this exchange at all, whatever its luck; ``began`` as in ``Moment``."""
    call = exchange.call
    if call.service not in rule.covers:
        return False
    kind = rule.kind
    if (kind.needs_stream and not call.stream) or not kind.applies(call):
        return False
    return rule.takes_any or rule.when.matches(call, scenario.account(call), began)


def _identity(rule: Rule, exchange: Exchange) -> str | None:
    call, sticky = exchange.call, rule.sticky
    if sticky is None:
        return rule.kind.entity(call)
    return call.api_key if sticky == "key" else call.user if sticky == "user" else call.conversation


def drawn(scenario: Scenario, rule: Rule, identity: str | None, exchange: Exchange) -> float:
    """A rule's number in [0, 1) for an exchange, or for the identity that it decides by."""
    if identity is None:
        if rule.sticky is None and rule.kind.shows_many(exchange.call):
            return 0.0
        whose = f"exchange|{exchange.key}|{exchange.occurrence}"
    else:
        whose = f"{rule.sticky or 'entity'}|{identity}"
    return uniform(scenario.seed, scenario.name, rule.id, whose)


def draw_for(scenario: Scenario, rule: Rule, moment: Moment, exchange: Exchange, counts: Counts) -> Draw:
    """One rule's answer to an exchange that is eligible for it. Pure."""
    kind, identity = rule.kind, _identity(rule, exchange)
    share = rule.share.at(moment.elapsed, moment.phase.lasts)
    if kind.paced_by == "load":
        share *= min(1.0, counts.load)
    draw = drawn(scenario, rule, identity, exchange)
    selected = not counts.admits if rule.bucket or kind.most_at_once else draw < share
    if rule.first is not None and exchange.occurrence >= rule.first:
        selected = False
    if counts.calls < rule.after.calls or (rule.limit is not None and counts.strikes >= rule.limit):
        selected = False
    return Draw(rule.id, share, draw, selected, identity, counts)


def decide(
    scenario: Scenario, moment: Moment, exchange: Exchange, counts: Mapping[str, Counts] | None = None
) -> Decision:
    """The first rule of the phase that selects this exchange. Pure: the same arguments give the same decision.

    Rules are asked in the order of the file; those after the one that strikes are not drawn.
    """
    draws: list[Draw] = []
    counts = counts or {}
    for rule in moment.phase.rules:
        if not eligible(scenario, rule, exchange, moment.began):
            continue
        counted = counts.get(rule.id, NOTHING_COUNTED)
        if counted.admits and rule.kind.paced_by == "deadline":
            continue
        draw = draw_for(scenario, rule, moment, exchange, counted)
        draws.append(draw)
        if draw.selected:
            return Decision(rule, tuple(draws))
    return Decision(None, tuple(draws)) if draws else NO_FAULT


def moment_at(scenario: Scenario, elapsed: float) -> Moment | None:
    """Where incident second ``elapsed`` falls; None before the start and after the end of the timeline."""
    start = 0.0
    for phase in scenario.phases:
        if start <= elapsed < start + phase.lasts:
            return Moment(phase, elapsed - start)
        start += phase.lasts
    return None
