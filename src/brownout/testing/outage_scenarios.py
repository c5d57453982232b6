"""The scenarios that a test's own platform plays: a day with a test's rules, or one phase of another scenario."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from brownout.config import complaints
from brownout.config.spelling import hint
from brownout.library.lint import lint
from brownout.scenario import Scenario

_LONG = 86_400.0


def healthy_but_for(rules: list[dict[str, Any]], seed: int, platforms: dict[str, str]) -> Scenario:
    """A day in one phase. Raises ValueError, in the words that a scenario's author gets."""
    __tracebackhide__ = True
    timeline = [{"phase": "test", "lasts": _LONG, "impact": "operational", "rules": rules}]
    value = {"brownout": 1, "name": "outage", "title": "A test's own", "seed": seed, "platforms": platforms}
    value["timeline"] = timeline
    try:
        scenario = Scenario.model_validate(value)
    except ValidationError as error:
        messages = [complaint.message for complaint in complaints.complaints(Scenario, value, error)]
        raise ValueError(f"strike: {'; '.join(messages)}") from None
    last = ("timeline", 0, "rules", len(rules) - 1)
    useless = [each.text for each in lint(scenario) if each.severity == "error" and each.path[:4] == last]
    if useless:
        raise ValueError(f"strike: {'; '.join(useless)}")
    return scenario


def staying_in(scenario: Scenario, name: str, speed: float) -> Scenario:
    """The scenario with this phase alone, for a day, as it is on average. Raises ValueError."""
    __tracebackhide__ = True
    names = [phase.phase for phase in scenario.timeline]
    if name not in names:
        raise ValueError(f"no phase {name!r} in {scenario.name}{hint(name, names)}")
    dumped = scenario.written()
    phase = dumped["timeline"][names.index(name)]
    before = sum(each.lasts for each in scenario.timeline[: names.index(name)])
    dumped["channels"] = {channel: _later(end, before) for channel, end in dumped.get("channels", {}).items()}
    phase["lasts"] = _LONG * speed
    for rule, value in zip(scenario.timeline[names.index(name)].rules, phase["rules"], strict=True):
        value["share"] = rule.share.mean
    return Scenario.model_validate({**dumped, "timeline": [phase]})


def _later(end: dict[str, Any], before: float) -> dict[str, Any]:
    """The end of a channel as it is counted from a later beginning: what is past is past."""
    announced: float | None = end.get("announced")
    notice = None if announced is None or announced < before else announced - before
    return {"announced": notice, "deadline": max(0.0, end["deadline"] - before)}
