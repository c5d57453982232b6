"""Deciding again: whether a journal's draws follow from the scenario and the exchanges, bit for bit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from brownout.calls.match import When
from brownout.deciding.plan import Counts, Draw, Moment, draw_for
from brownout.exchange import Call, Exchange, Request
from brownout.rule import Rule
from brownout.scenario import Phase, Scenario

Row = Mapping[str, Any]


def replay(scenario: Scenario, rows: Iterable[Row]) -> list[str]:
    """The differences between what ``exchange`` rows say was decided and what is decided now; none when all is well.

    A ``drill`` row among them gives the seed of the run. Floats must be as they were written: JSON keeps them exactly.
    What a row does not hold (headers, key, tier and region) is taken on trust: whether ``when`` matched.
    """
    rows = list(rows)
    drill = next((row for row in rows if row.get("kind") == "drill"), None)
    if drill is not None:
        scenario = scenario.model_copy(update={"seed": drill["seed"]})
    phases = {phase.phase: phase for phase in scenario.phases}
    differences: list[str] = []
    for row in rows:
        if row.get("kind") == "exchange":
            differences += [f"exchange {row['id']}: {text}" for text in _exchange(scenario, phases, row)]
    return differences


def _exchange(scenario: Scenario, phases: Mapping[str, Phase], row: Row) -> list[str]:
    if row["phase"] is None:
        return ["drawn outside the timeline"] if row["draws"] else []
    phase = phases.get(row["phase"])
    if phase is None:
        return [f"phase {row['phase']!r} is not in the scenario"]
    rules = {rule.id: rule for rule in phase.rules}
    unknown = [f"rule {drawn[0]!r} is not in phase {phase.phase!r}" for drawn in row["draws"] if drawn[0] not in rules]
    if unknown:
        return unknown
    moment = Moment(phase, row["elapsed"])
    draws = [_draw(scenario, rules[drawn[0]], moment, row, drawn) for drawn in row["draws"]]
    differences = [text for drawn, draw in zip(row["draws"], draws, strict=True) for text in _compare(drawn, draw)]
    return differences + _order(phase, rules, row, draws)


def _draw(scenario: Scenario, rule: Rule, moment: Moment, row: Row, drawn: list[Any]) -> Draw:
    _, _, _, _, sticky, calls, strikes, admits, *rest = drawn
    request = Request(row["method"], row["host"], row["path"])
    call = Call(
        row["service"],
        request,
        model=row["model"],
        stream=row["stream"],
        conversation=sticky,
        user=sticky,
        api_key=sticky,
        attempt=row["attempt"],
    )
    exchange = Exchange(call, row["key"], row["canary"], row["occurrence"], row["occurrence_from"])
    return draw_for(scenario, rule, moment, exchange, Counts(calls, strikes, admits, rest[0] if rest else 0.0))


def _compare(drawn: list[Any], draw: Draw) -> list[str]:
    rule, share, value, selected, *_ = drawn
    pairs = (("share", share, draw.share), ("draw", value, draw.draw), ("selected", selected, draw.selected))
    return [f"{rule}: {name} was {was!r}, is {now!r}" for name, was, now in pairs if was != now]


def _order(phase: Phase, rules: Mapping[str, Rule], row: Row, draws: list[Draw]) -> list[str]:
    """Rules are asked in the order of the file, all that could strike, up to the one that does."""
    asked = [draw.rule for draw in draws]
    differences = []
    if asked != [rule.id for rule in phase.rules if rule.id in asked]:
        differences.append(f"rules were not asked in order: {', '.join(asked)}")
    struck = next((draw.rule for draw in draws if draw.selected), None)
    if row["rule"] != struck:
        differences.append(f"rule was {row['rule']!r}, is {struck!r}")
    if struck is not None and asked[-1] != struck:
        differences.append(f"rules were asked after {struck} had struck")
    differences += [
        f"{rule} was asked but cannot strike {row['service']}" for rule in asked if not _may(rules[rule], row)
    ]
    if struck is not None and rules[struck].kind.strikes_open:
        return differences  # of a WebSocket that was open already, no other kind of rule is asked
    last = list(rules).index(struck) if struck is not None else len(rules)
    for rule in phase.rules[:last]:
        if rule.id not in asked and _must(rule, row):
            differences.append(f"{rule.id} was not asked")
    return differences


def _may(rule: Rule, row: Row) -> bool:
    """Whether a rule can strike an exchange, as far as the row shows."""
    streamed = row["stream"] or not rule.kind.needs_stream
    wanted = rule.when.stream is None or rule.when.stream == row["stream"]
    return streamed and wanted and row["service"] in rule.covers


def _must(rule: Rule, row: Row) -> bool:
    """Whether a rule can strike an exchange whatever the row does not show."""
    free = rule.when.model_copy(update={"stream": None}) == When() and not rule.kind.chooses
    return free and _may(rule, row)
