"""Whom a drill loses, and when: drawn by hash from the seed and the number of the kill. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from brownout.chance import uniform
from kills.setting import END, HEALTHY, OUTAGE, RECOVERED, SETTLE, USUAL, Opinion

Victim = Literal["stand-in", "proxy-0", "load", "drill", "application"]
Stage = Literal["set-up", "beginning", "outage", "recovered", "settling", "taking down", "reports"]
VICTIMS: Final[tuple[Victim, ...]] = get_args(Victim)
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
LEAD: Final = 0.3
"""The timeline begins so many seconds after everybody is told."""
SET_UP: Final[dict[Victim, float]] = {
    "drill": 4.2, "load": 3.8, "stand-in": 3.8, "proxy-0": 1.8, "application": 0.3,
}  # fmt: skip
"""From its own start to the moment in which everybody is told when the timeline begins, about, in seconds."""
SPANS: Final[dict[Stage, float]] = {
    "beginning": LEAD + HEALTHY,
    "outage": OUTAGE,
    "recovered": RECOVERED,
    "settling": 1.0,
    "taking down": 0.8,
    "reports": 1.2,
}
"""How long each other stage lasts, in seconds; what comes after the timeline depends on the machine."""
OFFSETS: Final[dict[Stage, float]] = {
    "beginning": -LEAD,
    "outage": HEALTHY,
    "recovered": HEALTHY + OUTAGE,
    "settling": END,
    "taking down": SETTLE,
}
"""Seconds from what it is measured from: the start of the timeline; for the taking down, the end of the load."""


def stages_of(victim: Victim) -> tuple[Stage, ...]:
    """When it is there to be killed: the load ends with its users, all parts before the reports are written."""
    return STAGES if victim == "drill" else STAGES[:5] if victim == "load" else STAGES[:6]


@dataclass(frozen=True)
class Point:
    """Kill ``number``: ``victim`` is killed when ``part`` (0 to 1) of ``stage`` is over."""

    number: int
    victim: Victim
    stage: Stage
    part: float
    opinion: Opinion

    @property
    def delay(self) -> float:
        """Seconds from the moment that its stage is measured from."""
        return OFFSETS.get(self.stage, 0.0) + self.part * SPANS.get(self.stage, SET_UP[self.victim])


def point(seed: int, number: int) -> Point:
    """The kill of that number: each victim in its turn, through all its stages from one that is drawn."""
    victim = VICTIMS[number % len(VICTIMS)]
    stages = stages_of(victim)
    first = int(uniform(seed, victim, "first stage") * len(stages))
    opinions = sorted(USUAL)
    return Point(
        number,
        victim,
        stages[(first + number // len(VICTIMS)) % len(stages)],
        uniform(seed, str(number), "part"),
        opinions[int(uniform(seed, str(number), "opinion") * len(opinions))],
    )
