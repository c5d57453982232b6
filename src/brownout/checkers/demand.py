"""What users' own questions ask of a platform with a capacity, and how it would have stood without what repeats. Pure.

A user whose question was repeated behind the scenes was busy waiting, and would have asked again without it. So the
demand holds, in the place of the repeats, as many further questions as such a user asks on a good day.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from brownout.capacity import Capacity, Pressure, called, later

_STEP = 0.05
"""Seconds: so exactly is the end of an overload told."""


@dataclass(frozen=True)
class Arrival:
    """One call that a platform with a capacity was asked: when, of which question, at which step of its turn."""

    t: float
    canary: str | None
    step: int
    load: float
    id: str


@dataclass(frozen=True)
class Overload:
    """From when to when calls were turned away; seconds."""

    since: float
    until: float


def split(arrivals: Iterable[Arrival], needed: dict[str, int]) -> tuple[list[Arrival], list[Arrival]]:
    """The calls that questions need, and those that repeat them, in their order; what belongs to none is needed.

    ``needed`` is how many calls a question takes on a good day, by canary; 1 where it does not say. A further step of a
    turn, after a tool, is needed too.
    """
    own: list[Arrival] = []
    repeats: list[Arrival] = []
    made: Counter[str] = Counter()
    steps: set[tuple[str, int]] = set()
    for each in arrivals:
        if each.canary is None:
            own.append(each)
            continue
        made[each.canary] += 1
        fresh = (each.canary, each.step) not in steps
        steps.add((each.canary, each.step))
        (own if fresh or made[each.canary] <= needed.get(each.canary, 1) else repeats).append(each)
    return own, repeats


def demand(
    own: Sequence[Arrival], repeats: Sequence[Arrival], pace: float, following: Mapping[str, float]
) -> list[float]:
    """When users' own calls came, and those that users would have made every ``pace`` seconds instead of repeats.

    ``following`` is when the same user asked the next question, by canary: who did soon was not kept from asking.
    """
    begun = {each.canary: each.t for each in reversed(own)}
    over = {each.canary: each.t for each in repeats if each.canary in begun}
    instead = [
        begun[canary] + nth * pace
        for canary, end in over.items()
        for nth in range(1, int((end - begun[canary]) / pace) + 1)
        if begun[canary] + (nth + 0.5) * pace < following.get(canary or "", math.inf)
    ]
    return sorted([each.t for each in own] + instead)


def overload(capacity: Capacity, times: Sequence[float], end: float) -> Overload | None:
    """From when to when at most calls that come at these times fill the queue; None where they never do."""
    pressure = Pressure(at=times[0] if times else 0.0)
    since = until = None
    for nth, at in enumerate(times):
        pressure = called(later(pressure, capacity, at), capacity)
        if pressure.load(capacity) > 1:
            since = at if since is None else since
            until = _until(pressure, capacity, min(end, times[nth + 1]) if nth + 1 < len(times) else end)
    return None if since is None or until is None else Overload(since, until)


def _until(pressure: Pressure, capacity: Capacity, end: float) -> float:
    """When a full queue is no longer full, if nobody calls; ``end`` at the latest."""
    at = pressure.at
    while at < end and later(pressure, capacity, at).load(capacity) > 1:
        at += _STEP
    return min(at, end)
