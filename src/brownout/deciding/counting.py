"""What one proxy counts of the rules that count: calls, strikes, what is left in a bucket, and the load."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from brownout.bounded import Bounded
from brownout.calls.usage import sent_by
from brownout.capacity import Capacity, Pressure, called, later
from brownout.deciding.plan import Counts, Decision
from brownout.exchange import Call
from brownout.rule import Bucket, Rule
from brownout.scenario import Phase

_MOST = 20_000  # buckets; one that nobody has asked for the longest time is full again


@dataclass
class _Level:
    left: float
    at: float


class Tally:
    """Running counts of a scenario's rules. Time is monotonic seconds; ``speed`` is incident seconds a second."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._calls: dict[str, int] = {}
        self._strikes: dict[str, int] = {}
        self._levels: Bounded[tuple[str, ...], _Level] = Bounded(_MOST)
        self._pressures: dict[str, Pressure] = {}
        self._under_way: Counter[tuple[str, ...]] = Counter()

    def counts(self, phase: Phase, call: Call, now: float) -> dict[str, Counts]:
        """The counts of those rules of a phase that count anything."""
        return {
            rule.id: Counts(
                self._calls.get(rule.id, 0),
                self._strikes.get(rule.id, 0),
                self._admits(rule, call, now),
                self._pressure(rule, now).load(self._capacity(rule)) if rule.kind.paced_by == "load" else 0.0,
            )
            for rule in phase.rules
            if rule.counts_calls
        }

    def note(self, decision: Decision, phase: Phase, call: Call, now: float) -> None:
        """Remember a decision that was made with these counts."""
        if not decision.draws:
            return
        rules = {rule.id: rule for rule in phase.rules}
        for draw in decision.draws:
            rule = rules[draw.rule]
            self._calls[draw.rule] = self._calls.get(draw.rule, 0) + 1
            self._strikes[draw.rule] = self._strikes.get(draw.rule, 0) + draw.selected
            if rule.bucket and draw.counts.admits:
                self._level(rule, rule.bucket, call, now).left -= _cost(rule, call)
            if rule.kind.most_at_once and not draw.selected:
                self._under_way[(rule.id, *rule.kind.whose(call))] += 1
            if rule.kind.paced_by == "load":
                self._pressures[rule.id] = called(self._pressure(rule, now), self._capacity(rule))

    def leave(self, decision: Decision, phase: Phase, call: Call) -> None:
        """A call is over: it is no longer under way."""
        rules = {rule.id: rule for rule in phase.rules}
        for draw in decision.draws:
            rule = rules[draw.rule]
            if rule.kind.most_at_once and not draw.selected:
                self._under_way -= Counter({(rule.id, *rule.kind.whose(call)): 1})

    def _admits(self, rule: Rule, call: Call, now: float) -> bool:
        if rule.kind.most_at_once:
            return self._under_way[(rule.id, *rule.kind.whose(call))] < rule.kind.most_at_once
        return rule.bucket is None or self._missing(rule, rule.bucket, call, now) <= 0

    def settle(self, decision: Decision, phase: Phase, call: Call, tokens: int, now: float) -> None:
        """An admitted call was answered with so many tokens: they are gone from the buckets that hold tokens."""
        rules = {rule.id: rule for rule in phase.rules}
        for draw in decision.draws:
            rule = rules[draw.rule]
            if rule.bucket and rule.kind.counts_tokens and draw.counts.admits:
                self._level(rule, rule.bucket, call, now).left -= tokens

    def seconds_until_admitted(self, rule: Rule, call: Call, now: float) -> float:
        """When a rule's bucket admits such a call, in seconds; 0 without a bucket."""
        return max(0.0, self._missing(rule, rule.bucket, call, now) / rule.bucket.rate) if rule.bucket else 0.0

    def _missing(self, rule: Rule, bucket: Bucket, call: Call, now: float) -> float:
        return min(_cost(rule, call), bucket.burst) - self._level(rule, bucket, call, now).left

    def _level(self, rule: Rule, bucket: Bucket, call: Call, now: float) -> _Level:
        key = (rule.id, *rule.kind.whose(call))
        level = self._levels.get(key)
        if level is None:
            level = _Level(float(bucket.burst), now)
            self._levels.put(key, level)
        level.left = min(float(bucket.burst), level.left + (now - level.at) * bucket.rate)
        level.at = now
        return level

    def _pressure(self, rule: Rule, now: float) -> Pressure:
        return later(self._pressures.get(rule.id, Pressure(at=now)), self._capacity(rule), now)

    def _capacity(self, rule: Rule) -> Capacity:
        """The capacity of a rule that follows the load, as the settings of its fault have it."""
        kind: Any = rule.kind
        return Capacity(kind.capacity, kind.queue, kind.worst, kind.recover / self._speed)


def _cost(rule: Rule, call: Call) -> float:
    """What a call takes out of a bucket: itself, or the tokens that it sends."""
    if not rule.kind.counts_tokens:
        return 1.0
    return float(sent_by(call))
