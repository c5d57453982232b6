"""Finding and loading scenarios and app profiles; every refusal is an ``InputError`` with positions."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from brownout import resources
from brownout.config.reading import is_pipe
from brownout.config.spelling import hint
from brownout.config.yamlfile import Document, InputError, Problem, parse, validate
from brownout.config.yamltree import Path as YamlPath
from brownout.library import starting
from brownout.load.journey_flaws import flaws_of
from brownout.load.templates import MOST, count
from brownout.profile import Profile
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
    return sorted(shipped, key=lambda scenario: (scenario.name != "baseline", scenario.name))


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
    if scenario.name != path.stem and not is_pipe(path):
        message = f"name {scenario.name!r} and file name {path.name!r} differ; make both the same"
        raise InputError([document.problem(("name",), message)])
    return scenario, document


def load_profile(path: str | os.PathLike[str]) -> Profile:
    """An app profile by the path of its file, or of the folder that holds ``brownout.yaml``. Raises InputError."""
    return open_profile(path)[0]


def open_profile(path: str | os.PathLike[str]) -> tuple[Profile, Document]:
    """An app profile with the document it came from, which knows positions. Raises InputError."""
    file = Path(path).expanduser()
    if file.is_dir():
        file /= PROFILE_NAME
    document = parse(file)
    profile = validate(document, Profile)
    profile._file = Path.cwd() / PROFILE_NAME if is_pipe(file) else file.resolve()
    refusals = [
        *_missing_files(profile),
        *starting.misspelt(profile),
        *starting.unusable(profile),
        *starting.leading_away(profile),
        *_unknown_journeys(profile),
        *_repeated_expectations(profile),
    ]
    templates = sum(count(journey.model_dump()) for journey in profile.journeys.values())
    if templates > MOST:
        refusals.append((("journeys",), f"{templates:,} texts with templates; at most {MOST:,} are allowed"))
    for name, journey in profile.journeys.items() if templates <= MOST else ():
        refusals += [(("journeys", name, *place), text) for place, text in flaws_of(journey, profile.folder)]
    if refusals:
        raise InputError([document.problem(place, text) for place, text in refusals])
    return profile, document


def _missing_files(profile: Profile) -> Iterator[Refusal]:
    if profile.locustfile is not None:
        file = profile.folder / profile.locustfile
        if not file.is_file() or not os.access(file, os.R_OK):
            yield ("locustfile",), f"{'cannot be read' if file.exists() else 'no such file'}: {file}"
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
