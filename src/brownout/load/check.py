"""What is wrong with the orders of a load, so far as it can be known before any request. Imports nothing of Locust."""

from __future__ import annotations

from collections.abc import Iterator

from brownout.config.yamltree import Path as Place
from brownout.load.journey_flaws import flaws_of
from brownout.load.registry import CHANNELS, name_of
from brownout.orders import LoadOrders
from brownout.profile import Journey


def check(orders: LoadOrders) -> Iterator[str]:
    """What is wrong, in words, one thing after the other."""
    if not orders.phases:
        yield "phases: the timeline is empty"
    if not orders.profile.journeys:
        yield "profile: there are no journeys; a profile with a locustfile goes with loadtests/observe.py"
    for name, journey in orders.profile.journeys.items():
        yield from (f"journey {name} {lack}" for lack in _lacks(journey, orders))
        for place, flaw in flaws_of(journey, orders.profile_folder):
            yield f"journey {name}, {_at(place)}: {flaw}"


def _lacks(journey: Journey, orders: LoadOrders) -> Iterator[str]:
    for channel in dict.fromkeys(name_of(step) for step in journey.steps):
        lack = CHANNELS[channel].lack(orders)
        if lack is not None:
            yield lack


def _at(place: Place) -> str:
    """A place in a journey as people count: ``steps 1 post`` is of the first step."""
    return " ".join(str(part + 1 if isinstance(part, int) else part) for part in place)
