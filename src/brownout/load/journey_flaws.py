"""What is wrong with a journey, and where, so far as it can be known before any request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from brownout.calls.canary import make
from brownout.config.yamltree import Path as Place
from brownout.load.destinations import flaw_of_header, flaw_of_path
from brownout.load.expressions import jmespath_refusals, refusals
from brownout.load.expressions import names as names_in
from brownout.load.registry import channel_of, names_of
from brownout.load.templates import render
from brownout.profile import MARKS, Effects, History, Journey, Step

Flaw = tuple[Place, str]
_FIRST = {
    **{"journey": "journey", "user": 0, "iteration": 0, "turn": 0, "canary": make(0, "", 0, 0, 0)},
    **{"attempt": 0, "key": "00000000-0000-4000-8000-000000000000"},
}
_PATHS = frozenset(("get", "post", "put", "delete", "connect"))


def flaws_of(journey: Journey, folder: Path) -> Iterator[Flaw]:
    """Each flaw with its place in the journey: templates, JMESPath expressions, and what channels find in their steps.

    ``folder`` is where the journey's files are.
    """
    first = _FIRST | names_of(0, 0)
    flaws = list(_in_message(journey, first))
    yield from flaws
    if not flaws:
        first["message"] = render(journey.message, first)
    known = {"message", *names_of(0, 0), *(name for step in journey.steps for name in step.keep)}
    for number, step in enumerate(journey.steps):
        yield from _in_step(step, ("steps", number), known, first)
    yield from _in_looks(journey, known, first)
    for number, step in enumerate(journey.steps):
        for keys, flaw in channel_of(step).flaws(step, folder):
            yield ("steps", number, *keys), f"step {step.name!r}: {flaw}"


def _in_message(journey: Journey, first: Mapping[str, Any]) -> Iterator[Flaw]:
    """A message must be known before any step keeps a thing; so it can be filled in here, as for a first user."""
    unreadable = list(refusals(journey.message, ("message",), names_of(0, 0)))
    yield from unreadable
    if not unreadable:
        try:
            render(journey.message, first)
        except ValueError as error:
            yield ("message",), str(error)


def _in_looks(journey: Journey, known: set[str], first: Mapping[str, Any]) -> Iterator[Flaw]:
    looks: tuple[tuple[str, History | Effects | None], ...] = (
        ("history", journey.history),
        ("export", journey.export),
        ("effects", journey.effects),
    )
    for name, shown in looks:
        if shown is None:
            continue
        yield from _in_texts({"get": shown.get, "headers": shown.headers}, (name,), known, first)
        for key in ("messages", "role", "text", "incomplete") if isinstance(shown, History) else ("items", "about"):
            yield from jmespath_refusals(getattr(shown, key), (name, key))


def _in_step(step: Step, place: Place, known: set[str], first: Mapping[str, Any]) -> Iterator[Flaw]:
    for keys, template in channel_of(step).templates(step):
        yield from _in_texts({keys[-1]: template}, (*place, *keys[:-1]), known, first)
    for name, expression in step.keep.items():
        yield from jmespath_refusals(expression, (*place, "keep", name))
    yield from jmespath_refusals(step.until, (*place, "until"))
    if step.reply is not None:
        marks = () if step.reply.text else MARKS  # in a text they are regular expressions
        for key in ("json", "sse", "ndjson", "message", "value", "restart", *marks):
            wanted = getattr(step.reply, "json_" if key == "json" else key)
            yield from jmespath_refusals(wanted, (*place, "reply", key))


def _in_texts(texts: Mapping[Any, Any], place: Place, known: set[str], first: Mapping[str, Any]) -> Iterator[Flaw]:
    """What is wrong with the templates under these keys; where all names are known, also as they are filled in."""
    for key, value in texts.items():
        unreadable = list(refusals(value, (*place, key), known))
        yield from unreadable
        if not unreadable and key == "headers" and isinstance(value, Mapping):
            for name, text in value.items():
                yield from _as_filled_in({name: text}, (*place, key, name), _flaw_of_headers, first)
        elif not unreadable:
            yield from _as_filled_in(value, (*place, key), _flaw_of_path if key in _PATHS else None, first)


def _as_filled_in(value: Any, place: Place, look: Any, first: Mapping[str, Any]) -> Iterator[Flaw]:
    filled = value
    if names_in(value) <= first.keys():
        try:
            filled = render(value, first)
        except ValueError as error:
            yield place, str(error)
            return
    flaw = look(filled) if look is not None else None
    if flaw is not None:
        yield place, flaw


def _flaw_of_path(path: Any) -> str | None:
    return flaw_of_path(str(path))


def _flaw_of_headers(headers: Mapping[str, Any]) -> str | None:
    return next(
        (flaw for name, value in headers.items() if "{" not in name and (flaw := flaw_of_header(name, str(value)))),
        None,
    )
