"""A scenario with fewer rules and shorter phases, and as a file of its own. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml

from brownout.config.units import in_words
from brownout.scenario import Scenario

NAME = "minimal"
"""A scenario is called as its file."""


@dataclass(frozen=True)
class Cut:
    """What is left of a scenario: the rules by their ids, and how long each phase lasts; 0 leaves it out."""

    rules: tuple[str, ...]
    lengths: tuple[float, ...]


def size(scenario: Scenario) -> str:
    """``2 rules, 6s``: so long as the drill takes."""
    rules = "1 rule" if len(scenario.rules) == 1 else f"{len(scenario.rules)} rules"
    return f"{rules}, {in_words(scenario.duration / scenario.speed)}"


def whole(scenario: Scenario) -> Cut:
    """All rules and phases that the scenario has."""
    return Cut(tuple(rule.id for rule in scenario.rules), tuple(phase.lasts for phase in scenario.timeline))


def smaller(scenario: Scenario, cut: Cut, speed: float) -> Scenario:
    """What is left of a scenario, at this speed. Raises pydantic.ValidationError where that is none.

    Rules keep their ids, so that the same calls are struck.
    """
    written = scenario.written()
    timeline = [
        {**phase, "lasts": lasts, "rules": [rule for rule in _named(phase, ids) if rule["id"] in cut.rules]}
        for phase, lasts, ids in zip(written["timeline"], cut.lengths, _ids(scenario), strict=True)
        if lasts > 0
    ]
    end = sum(cut.lengths)
    status = {name: [post for post in posts if _at(post) < end] for name, posts in written.get("status", {}).items()}
    more: dict[str, Any] = {"status": {name: posts for name, posts in status.items() if posts}} if status else {}
    return Scenario.model_validate({**written, **more, "name": NAME, "speed": speed, "timeline": timeline})


def _ids(scenario: Scenario) -> list[list[str]]:
    return [[rule.id for rule in phase.rules] for phase in scenario.phases]


def _named(phase: dict[str, Any], ids: Iterable[str]) -> list[dict[str, Any]]:
    return [{**rule, "id": id} for rule, id in zip(phase.get("rules", ()), ids, strict=True)]


def _at(post: dict[str, Any]) -> float:
    return float(post["at"])


def as_file(scenario: Scenario, header: Iterable[str]) -> str:
    """The scenario as YAML, under comments."""
    comments = "".join(f"# {' '.join(line.split())}\n" for line in header)
    return f"{comments}{yaml.safe_dump(scenario.written(), sort_keys=False, allow_unicode=True, width=110)}"
