"""A platform that gets worse with the load it is offered, and recovers slowly. Pure; seconds are real ones.

The model is a queue in front of a limited capacity. Every call that arrives costs the same, answered or not, which is
why retries keep an overloaded platform down; and a platform that is swamped answers less than it could, which is why it
stays down for longer than the burst that felled it (https://sre.google/sre-book/addressing-cascading-failures/).
"""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST = 10.0
"""How many full queues can wait; what comes on top is forgotten."""


@dataclass(frozen=True)
class Capacity:
    """What the platform can take: ``rate`` calls a second, a queue of ``queue`` seconds of work.

    ``worst`` is the part of the rate that is left when it is swamped, ``recover`` how long it takes to come all the way
    back from there.
    """

    rate: float
    queue: float
    worst: float
    recover: float


@dataclass(frozen=True)
class Pressure:
    """How it stands at second ``at``: calls waiting, and the part of its rate that it has."""

    waiting: float = 0.0
    health: float = 1.0
    at: float = 0.0

    def load(self, capacity: Capacity) -> float:
        """How full the queue is: 0 is nobody behind the one being answered, above 1 calls are turned away."""
        return max(0.0, self.waiting - 1) / max(1.0, capacity.rate * capacity.queue)


def later(pressure: Pressure, capacity: Capacity, now: float) -> Pressure:
    """How it stands at second ``now``, when nobody called since."""
    passed = max(0.0, now - pressure.at)
    swamped = pressure.load(capacity) > 1
    if swamped:
        health = max(capacity.worst, pressure.health - (1 - capacity.worst) * passed / capacity.queue)
    else:
        health = min(1.0, pressure.health + (1 - capacity.worst) * passed / capacity.recover)
    waiting = max(0.0, pressure.waiting - passed * capacity.rate * pressure.health)
    return Pressure(waiting, health, now)


def called(pressure: Pressure, capacity: Capacity) -> Pressure:
    """The pressure with one more call in the queue."""
    most = 1 + _LONGEST * max(1.0, capacity.rate * capacity.queue)
    return Pressure(min(most, pressure.waiting + 1), pressure.health, pressure.at)
