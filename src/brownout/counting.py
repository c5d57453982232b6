"""What one proxy counts of the rules that count: eligible calls, strikes, and the tokens left in a bucket."""

from __future__ import annotations

from dataclasses import dataclass

from brownout.exchange import Call
from brownout.plan import Counts, Decision
from brownout.scenario import Bucket, Phase


@dataclass
class _Level:
    tokens: float
    at: float


class Tally:
    """Running counts of a scenario's rules. Time is monotonic seconds."""

    def __init__(self) -> None:
        self._calls: dict[str, int] = {}
        self._strikes: dict[str, int] = {}
        self._levels: dict[tuple[str, str], _Level] = {}

    def counts(self, phase: Phase, call: Call, now: float) -> dict[str, Counts]:
        """The counts of those rules of a phase that count anything."""
        return {
            rule.id: Counts(
                self._calls.get(rule.id, 0),
                self._strikes.get(rule.id, 0),
                rule.bucket is None or self._level(rule.id, rule.bucket, call, now).tokens >= 1,
            )
            for rule in phase.rules
            if rule.counts_calls
        }

    def note(self, decision: Decision, phase: Phase, call: Call, now: float) -> None:
        """Remember a decision that was made with these counts."""
        buckets = {rule.id: rule.bucket for rule in phase.rules if rule.bucket}
        for draw in decision.draws:
            self._calls[draw.rule] = self._calls.get(draw.rule, 0) + 1
            self._strikes[draw.rule] = self._strikes.get(draw.rule, 0) + draw.selected
            bucket = buckets.get(draw.rule)
            if bucket and draw.counts.admits:
                self._level(draw.rule, bucket, call, now).tokens -= 1

    def seconds_until_admitted(self, rule_id: str, bucket: Bucket, call: Call, now: float) -> float:
        """When a bucket admits the next call, in seconds."""
        level = self._level(rule_id, bucket, call, now)
        return max(0.0, (1 - level.tokens) / bucket.rate)

    def _level(self, rule_id: str, bucket: Bucket, call: Call, now: float) -> _Level:
        key = (rule_id, call.api_key or "")
        level = self._levels.get(key)
        if level is None:
            level = self._levels[key] = _Level(float(bucket.burst), now)
        level.tokens = min(float(bucket.burst), level.tokens + (now - level.at) * bucket.rate)
        level.at = now
        return level
