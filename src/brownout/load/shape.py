"""How many users Locust runs when: the timeline as a LoadTestShape."""

from __future__ import annotations

import gevent
from locust import LoadTestShape

from brownout.load.stage import Stage

_SPAWN = 100.0  # users a second; Locust warns above


def timeline_shape(stage: Stage, *, follow: bool) -> type[LoadTestShape]:
    """The shape of a drill.

    With ``follow``, Locust starts and stops users as the crowd grows and shrinks, looking once a second. Without, it
    starts the biggest crowd at once, and the users themselves are there or not, to the moment (``Stage.await_stay``).
    """

    class TimelineShape(LoadTestShape):
        """Tells Locust how many users there are to be, and ends the load with the timeline."""

        def tick(self) -> tuple[int, float] | None:
            """Users and users a second; None after the end. https://docs.locust.io/en/stable/custom-load-shape.html"""
            left = stage.crowd.end - stage.now()
            if follow and stage.now() < 0:
                gevent.sleep(-stage.now())
            elif left < 1:
                gevent.sleep(max(0.0, left))  # the next look would be too late
                return None
            if not follow:
                return stage.crowd.peak, max(_SPAWN, stage.crowd.arrive)
            return stage.crowd.target(stage.now()), stage.crowd.arrive

    return TimelineShape
