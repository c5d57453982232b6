"""What is wrong with a journey, and where, so far as it can be known before any request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from brownout.calls.canary import make
from brownout.config.yamltree import Path as Place
from brownout.load.expressions import jmespath_refusals, refusals
from brownout.load.registry import channel_of, names_of
from brownout.load.templates import render
from brownout.profile import Journey, Step

Flaw = tuple[Place, str]


def flaws_of(journey: Journey, folder: Path) -> Iterator[Flaw]:
    """Each flaw with its place in the journey: templates, JMESPath expressions, and what channels find in their steps.

    ``folder`` is where the journey's files are.
    """
    yield from _in_message(journey)
    names = {"message", *names_of(0, 0), *(name for step in journey.steps for name in step.keep)}
    for number, step in enumerate(journey.steps):
        yield from _in_step(step, ("steps", number), names)
    for name, shown in (("history", journey.history), ("export", journey.export)):
        if shown is not None:
            yield from refusals({"get": shown.get, "headers": shown.headers}, (name,), names)
            for key in ("messages", "role", "text", "incomplete"):
                yield from jmespath_refusals(getattr(shown, key), (name, key))
    if (effects := journey.effects) is not None:
        yield from refusals({"get": effects.get, "headers": effects.headers}, ("effects",), names)
        for key in ("items", "about"):
            yield from jmespath_refusals(getattr(effects, key), ("effects", key))
    for number, step in enumerate(journey.steps):
        for keys, flaw in channel_of(step).flaws(step, folder):
            yield ("steps", number, *keys), f"step {step.name!r}: {flaw}"


def _in_message(journey: Journey) -> Iterator[Flaw]:
    """A message must be known before any step keeps a thing; so it can be filled in here, as for a first user."""
    own = names_of(0, 0)
    unreadable = list(refusals(journey.message, ("message",), own))
    yield from unreadable
    if not unreadable:
        user = {"journey": "", "user": 0, "iteration": 0, "turn": 0, "canary": make(0, "", 0, 0, 0)}
        try:
            render(journey.message, {**own, **user, "attempt": 0, "key": ""})
        except ValueError as error:
            yield ("message",), str(error)


def _in_step(step: Step, place: Place, names: set[str]) -> Iterator[Flaw]:
    for keys, template in channel_of(step).templates(step):
        yield from refusals(template, (*place, *keys), names)
    for name, expression in step.keep.items():
        yield from jmespath_refusals(expression, (*place, "keep", name))
    yield from jmespath_refusals(step.until, (*place, "until"))
    if step.reply is not None:
        marks = () if step.reply.text else ("error", "incomplete")  # in a text they are regular expressions
        for key in ("json", "sse", "ndjson", "message", "value", "restart", *marks):
            wanted = getattr(step.reply, "json_" if key == "json" else key)
            yield from jmespath_refusals(wanted, (*place, "reply", key))
