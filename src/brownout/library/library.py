"""Finding and loading scenarios and app profiles; every refusal is an ``InputError`` with positions."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from brownout import resources
from brownout.config.spelling import hint
from brownout.config.yamlfile import Document, InputError, Problem, parse, validate
from brownout.config.yamltree import Path as YamlPath
from brownout.library import expressions
from brownout.load.registry import channel_of, names_of
from brownout.profile import Journey, Profile, Step
from brownout.scenario import Scenario

PROFILE_NAME = "brownout.yaml"
_SUFFIXES = (".yaml", ".yml")

_NONE: Mapping[str, str] = MappingProxyType({})

Refusal = tuple[YamlPath, str]


class Shipped(NamedTuple):
    """A scenario that comes with brownout."""

    name: str
    title: str
    path: Path


def scenarios() -> list[Shipped]:
    """All shipped scenarios by name, ``baseline`` first. Raises InputError."""
    loaded = [(load_scenario(path), path) for path in sorted(resources.SCENARIOS.glob("*.yaml"))]
    shipped = [Shipped(scenario.name, scenario.title, path) for scenario, path in loaded]
    return sorted(shipped, key=lambda one: (one.name != "baseline", one.name))


def scenario_path(name_or_path: str | os.PathLike[str]) -> Path:
    """The file of a shipped scenario's bare name, or the path itself. Raises InputError for an unknown name."""
    text = os.fspath(name_or_path)
    path = Path(text).expanduser()
    if path.suffix in _SUFFIXES or len(path.parts) > 1 or path.is_file():
        return path
    shipped = resources.SCENARIOS / f"{text}.yaml"
    names = sorted(file.stem for file in resources.SCENARIOS.glob("*.yaml"))
    if text not in names:
        message = f"no scenario of this name{hint(text, names)}; or give the path of a YAML file"
        raise InputError([Problem(text or "scenario", 0, 0, message)])
    return shipped


def load_scenario(name_or_path: str | os.PathLike[str], platforms: Mapping[str, str] = _NONE) -> Scenario:
    """A shipped scenario by its name, or any by its path; ``platforms`` as for ``open_scenario``. Raises InputError."""
    return open_scenario(name_or_path, platforms)[0]


def open_scenario(
    name_or_path: str | os.PathLike[str], platforms: Mapping[str, str] = _NONE
) -> tuple[Scenario, Document]:
    """A scenario with the document it came from, which knows positions. Raises InputError.

    ``platforms`` are those that the app profile declares: rules may name them, too.
    """
    path = scenario_path(name_or_path)
    document = parse(path)
    own = document.value.get("platforms", {})
    if platforms and isinstance(own, dict):
        document.value["platforms"] = {**platforms, **own}
    scenario = validate(document, Scenario)
    if scenario.name != path.stem:
        message = f"name {scenario.name!r} and file name {path.name!r} differ; make both the same"
        raise InputError([document.problem(("name",), message)])
    return scenario, document


def load_profile(path: str | os.PathLike[str]) -> Profile:
    """An app profile by the path of its file, or of the folder that holds ``brownout.yaml``. Raises InputError."""
    file = Path(path).expanduser()
    if file.is_dir():
        file /= PROFILE_NAME
    document = parse(file)
    profile = validate(document, Profile)
    profile._file = file.resolve()
    refusals = [*_missing_files(profile), *_unknown_journeys(profile), *_repeated_expectations(profile)]
    for name, journey in profile.journeys.items():
        refusals += [(("journeys", name, *place), text) for place, text in _on_channels(profile, journey)]
        refusals += [(("journeys", name, *place), text) for place, text in _in_journey(journey)]
    if refusals:
        raise InputError([document.problem(place, text) for place, text in refusals])
    return profile


def _missing_files(profile: Profile) -> Iterator[Refusal]:
    if profile.locustfile is not None and not (profile.folder / profile.locustfile).is_file():
        yield ("locustfile",), f"no such file: {profile.folder / profile.locustfile}"
    if profile.start is not None and not (profile.folder / profile.start.cwd).is_dir():
        yield ("start", "cwd"), f"no such folder: {profile.folder / profile.start.cwd}"


def _unknown_journeys(profile: Profile) -> Iterator[Refusal]:
    if profile.locustfile is not None:
        return  # its journeys are known to Locust alone
    for number, expectation in enumerate(profile.expect):
        if expectation.journey is not None and expectation.journey not in profile.journeys:
            text = f"unknown journey {expectation.journey!r}{hint(expectation.journey, profile.journeys)}"
            yield ("expect", number, "journey"), text


def _repeated_expectations(profile: Profile) -> Iterator[Refusal]:
    first: dict[str, int] = {}
    for number, expectation in enumerate(profile.expect):
        before = first.setdefault(expectation.id, number)
        if before != number:
            text = f"expects {expectation.id!r} a second time (first: item {before + 1}); keep one of them"
            yield ("expect", number), text


def _on_channels(profile: Profile, journey: Journey) -> Iterator[Refusal]:
    """What the channels find wrong with their steps: files, for example, that cannot be sent."""
    for number, step in enumerate(journey.steps):
        for keys, flaw in channel_of(step).flaws(step, profile.folder):
            yield ("steps", number, *keys), f"step {step.name!r}: {flaw}"


def _in_journey(journey: Journey) -> Iterator[Refusal]:
    """Templates and JMESPath expressions that cannot be read."""
    own = set(names_of(0, 0))
    kept = own | {name for step in journey.steps for name in step.keep}
    yield from expressions.refusals(journey.message, ("message",), own)
    for number, step in enumerate(journey.steps):
        yield from _in_step(step, ("steps", number), kept)
    for name, shown in (("history", journey.history), ("export", journey.export)):
        if shown is not None:
            yield from expressions.refusals(shown.get, (name, "get"), kept)
            yield from expressions.refusals(shown.headers, (name, "headers"), kept)
            for key in ("messages", "role", "text"):
                yield from expressions.jmespath_refusals(getattr(shown, key), (name, key))
    if journey.effects is not None:
        yield from expressions.refusals(journey.effects.get, ("effects", "get"), kept)
        yield from expressions.refusals(journey.effects.headers, ("effects", "headers"), kept)
        for key in ("items", "about"):
            yield from expressions.jmespath_refusals(getattr(journey.effects, key), ("effects", key))


def _in_step(step: Step, place: YamlPath, kept: set[str]) -> Iterator[Refusal]:
    for keys, template in channel_of(step).templates(step):
        yield from expressions.refusals(template, (*place, *keys), kept)
    for name, expression in step.keep.items():
        yield from expressions.jmespath_refusals(expression, (*place, "keep", name))
    yield from expressions.jmespath_refusals(step.until, (*place, "until"))
    if step.reply is not None:
        for key in ("json", "sse", "ndjson", "message", "value", "error", "restart"):
            wanted = getattr(step.reply, "json_" if key == "json" else key)
            yield from expressions.jmespath_refusals(wanted, (*place, "reply", key))
