"""What is wrong with the orders of a load, so far as it can be known before any request. Imports nothing of Locust."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from brownout.calls.canary import make
from brownout.load.registry import CHANNELS, channel_of, name_of, names_of
from brownout.load.shown_reply import compiled
from brownout.load.templates import flaws, render
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
        yield from (f"journey {name}: {flaw}" for flaw in _unreadable(journey))
        yield from (f"journey {name}: {flaw}" for flaw in _step_flaws(journey, orders.profile_folder))


def _lacks(journey: Journey, orders: LoadOrders) -> Iterator[str]:
    for channel in dict.fromkeys(name_of(step) for step in journey.steps):
        lack = CHANNELS[channel].lack(orders)
        if lack is not None:
            yield lack


def _step_flaws(journey: Journey, folder: Path) -> Iterator[str]:
    for step in journey.steps:
        yield from (f"step {step.name!r}: {flaw}" for _, flaw in channel_of(step).flaws(step, folder))


def _unreadable(journey: Journey) -> Iterator[str]:
    """Templates and expressions that cannot be read, and a message that cannot be filled in."""
    names = {"user": 0, "iteration": 0, "turn": 0, "canary": make(0, "", 0, 0, 0), "journey": "", **names_of(0, 0)}
    yield from flaws(journey.message)
    yield from flaws(list(_templates(journey)))
    for expression in _expressions(journey):
        try:
            compiled(expression)
        except ValueError as error:
            yield str(error)
    try:
        render(journey.message, names)
    except ValueError as error:
        yield str(error)


def _templates(journey: Journey) -> Iterator[Any]:
    for looked_at in (journey.history, journey.export, journey.effects):
        if looked_at is not None:
            yield from (looked_at.get, looked_at.headers)
    for step in journey.steps:
        yield from (template for _, template in channel_of(step).templates(step))


def _expressions(journey: Journey) -> Iterator[str]:
    for shown in (journey.history, journey.export):
        if shown is not None:
            yield from (shown.messages, shown.role, shown.text)
    if journey.effects is not None:
        yield from (journey.effects.items, journey.effects.about)
    for step in journey.steps:
        yield from (*step.keep.values(), *([step.until] if step.until else ()))
        if step.reply is not None:
            read = step.reply
            given = (read.json_, read.sse, read.ndjson, read.message, read.value, read.error, read.restart)
            yield from (text for text in given if text)
