"""A scenario laid out in drill seconds: what is to be recorded when. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

from brownout.events import LoadRow, PhaseBegins, PhaseRow, RuleRow, StatusPosted
from brownout.orders import PhaseSpan, spans
from brownout.rule import Rule
from brownout.scenario import Scenario

_SHOWN = 8
"""So many letters of a key tell whose it is, and nobody can use them."""


@dataclass(frozen=True)
class Beat:
    """Something that happens on the timeline, ``at`` drill seconds from its start."""

    at: float
    event: PhaseBegins | StatusPosted

    def event_at(self, zero: float) -> PhaseBegins | StatusPosted:
        """The row to write, when the timeline began at monotonic second ``zero``."""
        return replace(self.event, t=zero + self.at)


def beats(scenario: Scenario, speed: float) -> list[Beat]:
    """Phases and posts of the status page, in the order of time."""
    phases = [Beat(span.start, _begins(span, index)) for index, span in enumerate(spans(scenario, speed))]
    posts = [
        Beat(post.at / speed, StatusPosted(provider, post.say, post.indicator))
        for provider, track in scenario.status.items()
        for post in track
    ]
    return sorted([*phases, *posts], key=lambda beat: beat.at)


_LOAD = {"capacity", "queue", "worst", "recover"}
"""What the journal keeps of a rule that follows the load, so that the load can be told of other calls as well."""


def _begins(span: PhaseSpan, index: int) -> PhaseBegins:
    return PhaseBegins(span.name, span.impact, index)


def phase_rows(scenario: Scenario, speed: float) -> list[PhaseRow]:
    """The phases, as the drill row has them."""
    return [
        PhaseRow(name=span.name, impact=span.impact, start=span.start, end=span.end) for span in spans(scenario, speed)
    ]


def rule_rows(scenario: Scenario) -> list[RuleRow]:
    """The rules, as the drill row has them, but for their lines."""
    return [_rule_row(phase.phase, rule) for phase in scenario.phases for rule in phase.rules]


def _rule_row(phase: str, rule: Rule) -> RuleRow:
    wait = rule.kind.named_wait
    row: RuleRow = {
        "id": rule.id,
        "phase": phase,
        "fault": rule.fault,
        "on": rule.on,
        "share": "what exceeds its bucket" if rule.bucket else str(rule.share),
        "mean_share": None if rule.bucket else rule.share.mean,
        "curve": None if rule.counts_calls else rule.share.model_dump(),
        "wait": None if rule.bucket or wait is None else {"asked": wait[0], "real": wait[1]},
        "services": sorted(rule.covers),
        "when": _without_key(rule.when.model_dump(exclude_defaults=True)),
        "waits": rule.kind.waits,
    }
    if rule.kind.paced_by == "load":
        row["load"] = cast(LoadRow, rule.kind.model_dump(include=_LOAD))
    return row


def _without_key(when: dict[str, Any]) -> dict[str, Any]:
    """A match whose key shows its beginning only: a journal holds no key, be it a pattern."""
    return {**when, "key": f"{when['key'][:_SHOWN]}…"} if len(when.get("key") or "") > _SHOWN else when


def due(waiting: list[Beat], elapsed: float) -> Iterator[Beat]:
    """Take from the list what has happened by now."""
    while waiting and waiting[0].at <= elapsed:
        yield waiting.pop(0)
