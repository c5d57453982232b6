"""Who is there when: how many users at any moment of the timeline, and which. Pure; times in drill seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from brownout.orders import PhaseSpan
from brownout.scenario import OUTAGES


@dataclass(frozen=True)
class Crowd:
    """``users`` people, times ``surge`` while the platform is out; newcomers arrive at ``arrive`` a second.

    A user's place is a number from 0. Whoever has a place below the moment's ``target`` is there, once arrived, so
    that a smaller crowd is a part of a bigger one, and the same people come back after each outage.
    """

    users: int
    surge: float
    arrive: float
    phases: Sequence[PhaseSpan]

    @cached_property
    def end(self) -> float:
        """When the timeline is over, in drill seconds."""
        return max((phase.end for phase in self.phases), default=0.0)

    @cached_property
    def peak(self) -> int:
        """The most users at any moment."""
        return max((self._wanted(phase) for phase in self.phases), default=0)

    def target(self, at: float) -> int:
        """How many users there should be, once all have arrived; 0 before and after the timeline."""
        return next((self._wanted(phase) for phase in self.phases if phase.start <= at < phase.end), 0)

    def _wanted(self, phase: PhaseSpan) -> int:
        return max(1, round(self.users * self.surge)) if phase.impact in OUTAGES else self.users

    def stays(self, place: int) -> list[tuple[float, float]]:
        """From when to when the user at this place is there."""
        spans: list[tuple[float, float]] = []
        before = 0
        for phase in self.phases:
            wanted = self._wanted(phase)
            if place < wanted:
                if place >= before:
                    spans.append((phase.start + (place - before) / self.arrive, phase.end))
                else:
                    spans[-1] = (spans[-1][0], phase.end)
            before = wanted
        return [(start, end) for start, end in spans if start < end]

    def next_stay(self, place: int, at: float) -> float | None:
        """The first moment from ``at`` on at which this user is there; None if never again."""
        return next((max(start, at) for start, end in self.stays(place) if at < end), None)


def casting(weights: Mapping[str, int], size: int) -> list[str]:
    """The journey of each place, spread evenly by weight; a bigger crowd begins like a smaller one.

    Smooth weighted round robin: https://github.com/nginx/nginx/commit/52327e0627f49dbda1e8db695e63a4b0af4448b1
    """
    total = sum(weights.values())
    credit = dict.fromkeys(weights, 0)
    parts: list[str] = []
    for _ in range(size if weights else 0):
        for name, weight in weights.items():
            credit[name] += weight
        chosen = max(credit, key=lambda name: credit[name])
        credit[chosen] -= total
        parts.append(chosen)
    return parts
