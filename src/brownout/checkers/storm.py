"""Do an application's own retries keep an overloaded platform down?"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from brownout.capacity import Capacity
from brownout.checkers import demand, evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, Case, count, percent
from brownout.checkers.demand import Arrival, Overload
from brownout.config.units import in_words
from brownout.expect import AnyExpect, Storm
from brownout.verdict import Evidence, Verdict

_ADVICE = (
    "Let few of the calls be retries: a budget for retries (one for every ten calls), backoff with jitter, one layer "
    "that retries, and a circuit breaker while the platform turns calls away."
)
# How many calls a question takes on a good day, by journey and channel; and how long after a question the same user
# asks the next one.
_NEEDED = """
WITH question AS (SELECT canary, any_value(journey) AS journey, any_value(channel) AS channel,
                         any_value(impact) AS impact FROM journey WHERE asks AND canary IS NOT NULL GROUP BY canary),
call AS (SELECT canary, count(*) AS calls, bool_or(coalesce(injected, FALSE)) AS struck FROM exchange
         WHERE canary IS NOT NULL AND list_contains(?::VARCHAR[], service) GROUP BY canary),
usual AS (SELECT journey, channel, quantile_disc(calls, 0.5) AS calls FROM question JOIN call USING (canary)
          WHERE impact = 'operational' AND NOT struck GROUP BY journey, channel)
SELECT canary, usual.calls FROM question JOIN usual USING (journey, channel)
"""
_PACE = """
SELECT quantile_disc(gap, 0.5) FROM (
    SELECT lead(t) OVER (PARTITION BY journey, "user" ORDER BY t) - t AS gap, impact,
           lead(impact) OVER (PARTITION BY journey, "user" ORDER BY t) AS next FROM journey WHERE asks)
WHERE impact = 'operational' AND next = 'operational' AND gap > 0
"""
_FOLLOWING = """
SELECT canary, next FROM (
    SELECT canary, lead(t) OVER (PARTITION BY journey, "user" ORDER BY t) AS next FROM journey WHERE asks)
WHERE canary IS NOT NULL AND next IS NOT NULL
"""


@dataclass(frozen=True)
class _Users:
    """What is known of users: calls that a question needs, seconds between two, and when the next one came."""

    needed: dict[str, int]
    pace: float
    following: dict[str, float]


@dataclass(frozen=True)
class _Storm:
    """One rule at one proxy: the overload that was, what users alone would have made of it, and the calls meanwhile."""

    rule: dict[str, Any]
    real: Overload
    alone: Overload | None
    end: float
    calls: int
    repeats: list[Arrival]

    @property
    def longer(self) -> float:
        """Seconds for which calls were turned away beyond what users' own demand explains."""
        return max(0.0, self.real.until - (self.real.since if self.alone is None else self.alone.until))

    @property
    def share(self) -> float:
        """The part of the calls, while it was overloaded, that repeated others."""
        return len(self.repeats) / max(1, self.calls)

    @property
    def explained(self) -> bool:
        """Whether users alone keep it overloaded to the end of the phase, so that nothing can make that longer."""
        return self.alone is not None and self.alone.until >= self.end - 0.1


class StormChecker:
    """For how much longer calls were turned away than users' own demand explains, by the platform's own capacity."""

    name = "storm"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN where retries kept it overloaded for longer than ``within``; UNKNOWN where calls cannot be told."""
        assert isinstance(expectation, Storm)
        limit = in_words(expectation.within)
        case = Case(record, expectation, f"an overload at most {limit} longer than users' demand explains", edges=False)
        if (unreached := case.unreached()) is not None:
            return unreached
        rules = [rule for rule in case.rules if rule["fault"] == "overload"]
        if not rules:
            return case.not_exercised("this scenario overloads nothing (fault overload)")
        calls = {rule["id"]: _arrivals(record, rule["id"]) for rule in rules}
        if not any(each.load > 1 for proxies in calls.values() for arrivals in proxies for each in arrivals):
            return case.not_exercised("the platform's queue was never full, so nothing was turned away")
        pace = record.value(_PACE)
        if (why := _untold(rules, calls, pace)) is not None:
            return case.unknown("which calls repeat others is not known", why)
        return _verdict(case, expectation, _storms(record, rules, calls, float(pace)))


def _verdict(case: Case, expectation: Storm, storms: list[_Storm]) -> Verdict:
    open_ended = [each for each in storms if not each.explained]
    if not open_ended:
        return case.not_exercised("users' own demand alone overloads the platform for as long as it is weak")
    worst = max(open_ended, key=lambda each: (each.longer, each.calls))
    if worst.calls < expectation.min_samples:
        return case.too_few(worst.calls, expectation.min_samples, "call while it was overloaded")
    repeats = f"retries were {percent(worst.share)} of calls"
    measured = f"the overload lasted {in_words(worst.longer)} longer than demand explains: {repeats}"
    if worst.longer <= expectation.within or not worst.repeats:
        return case.held(measured, _finding(case, worst), samples=worst.calls)
    late = [each.id for each in worst.repeats if each.load > 1][-EVIDENCE:]
    return case.broken(
        measured, _finding(case, worst), samples=worst.calls, evidence=_proof(case, late), next_step=_ADVICE
    )


def _finding(case: Case, storm: _Storm) -> str:
    zero = case.record.drill["zero"]
    alone = storm.alone
    explained = (
        "users' own questions alone would never have filled its queue"
        if alone is None
        else f"users' own questions alone explain that until {alone.until - zero:.1f}s"
    )
    own = max(1, storm.calls - len(storm.repeats))
    return (
        f"{storm.rule['on']} turned calls away from {storm.real.since - zero:.1f}s to {storm.real.until - zero:.1f}s "
        f"into the drill; {explained}. Meanwhile {count(storm.calls, 'call')} came, of which {len(storm.repeats):,} "
        f"repeated others: {storm.calls / own:.2g} for one that was needed."
    )


def _proof(case: Case, ids: list[str]) -> tuple[Evidence, ...]:
    rows = case.record.rows(
        "SELECT * EXCLUDE (phase_name, impact) FROM exchange WHERE list_contains(?::VARCHAR[], id) ORDER BY t", [ids]
    )
    zero = case.record.drill["zero"]
    return evidence.told(
        "exchange",
        rows,
        lambda row: f"{row['t'] - zero:.1f}s: {row['canary']} called {row['service']} once more, while it was full",
    )


def _arrivals(record: Record, rule: str) -> list[list[Arrival]]:
    """The calls that a rule was asked about, in their order, for each proxy; each counts for itself."""
    proxies: defaultdict[str, list[Arrival]] = defaultdict(list)
    for row in record.rows(
        "SELECT w, t, canary, step, id, draws FROM exchange WHERE list_contains(eligible, ?) ORDER BY t", [rule]
    ):
        draws = json.loads(row["draws"]) if isinstance(row["draws"], str) else row["draws"]
        load = next((draw[8] for draw in draws if draw[0] == rule and len(draw) > 8), None)
        if load is not None:
            proxies[row["w"]].append(Arrival(row["t"], row["canary"], row["step"] or 0, float(load), row["id"]))
    return list(proxies.values())


def _untold(rules: list[dict[str, Any]], calls: dict[str, list[list[Arrival]]], pace: float | None) -> str | None:
    """Why it is not known what users alone ask, or None."""
    every = [each for proxies in calls.values() for arrivals in proxies for each in arrivals]
    marked = sum(each.canary is not None for each in every)
    if marked * 2 < len(every):
        return (
            f"{len(every) - marked:,} of {count(len(every), 'call')} carry no canary, so it is not known which repeat "
            "which: the user's text does not reach the prompt, or is rewritten on the way."
        )
    if any("load" not in rule for rule in rules):
        return "The journal does not say what the platform could take: it was written by an earlier version."
    if pace is None:
        return "No user asked twice in a healthy phase, so it is not known how often they ask of their own accord."
    return None


def _storms(
    record: Record, rules: list[dict[str, Any]], calls: dict[str, list[list[Arrival]]], pace: float
) -> list[_Storm]:
    following = {row["canary"]: float(row["next"]) for row in record.rows(_FOLLOWING)}
    return [
        storm
        for rule in rules
        for users in [_Users(_needed(record, rule["services"]), pace, following)]
        for arrivals in calls[rule["id"]]
        if (storm := _storm(record, rule, arrivals, users)) is not None
    ]


def _storm(record: Record, rule: dict[str, Any], arrivals: list[Arrival], users: _Users) -> _Storm | None:
    full = [each for each in arrivals if each.load > 1]
    if not full:
        return None
    real = Overload(full[0].t, full[-1].t)
    ends = next(phase["end"] for phase in record.drill["phases"] if phase["name"] == rule["phase"])
    end = float(record.drill["zero"] + ends)
    own, repeats = demand.split(arrivals, users.needed)
    asked = demand.demand(own, repeats, users.pace, users.following)
    alone = demand.overload(_capacity(rule, record.drill["speed"]), asked, end)
    return _Storm(rule, real, alone, end, len(_within(arrivals, real)), _within(repeats, real))


def _within(calls: Iterable[Arrival], real: Overload) -> list[Arrival]:
    return [each for each in calls if real.since <= each.t <= real.until]


def _capacity(rule: dict[str, Any], speed: float) -> Capacity:
    load = rule["load"]
    return Capacity(load["capacity"], load["queue"], load["worst"], load["recover"] / speed)


def _needed(record: Record, services: Any) -> dict[str, int]:
    if not isinstance(services, list):
        services = [row["service"] for row in record.rows("SELECT DISTINCT service FROM exchange")]
    return {row["canary"]: int(row["calls"]) for row in record.rows(_NEEDED, [services])}
