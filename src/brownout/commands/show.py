"""``brownout show``: one scenario, phase by phase; one fault or check; or which fault some words come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from brownout import resources
from brownout.commands import output
from brownout.commands.speeds import Speed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from brownout.library.pages import Explained, Symptom
    from brownout.rule import Rule
    from brownout.scenario import Scenario

_STYLES = {"operational": "green", "recovering": "cyan", "degraded": "yellow", "partial_outage": "dark_orange"}


def show(
    name: Annotated[
        str, typer.Argument(help="A scenario, a fault, a check, a platform, or words that a client printed; or a file.")
    ],
    speed: Speed = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show a scenario's timeline, rules and sources; explain a fault or a check, with an example; or show a platform.

    Words that are no name are looked up among what clients print: which fault makes them print that.

    \b
    Examples:
      brownout show chatgpt-2026-02-03
      brownout show scenarios/mine.yaml --speed 60
      brownout show hang
      brownout show "incomplete chunked read"
    """
    from brownout.faults import FAULTS
    from brownout.library import pages
    from brownout.services import BUILT_IN

    if name in FAULTS:
        _explain(pages.explained("fault", name), json)
    elif name in checks():
        _explain(pages.explained("check", name), json)
    elif name in BUILT_IN.by_name:
        _show_platform(name, json)
    elif _is_scenario(name) or not (symptoms := pages.matching(name)):
        _show_scenario(name, speed, json)
    else:
        _show_symptoms(symptoms, json)


def _show_platform(name: str, json: bool) -> None:
    from brownout.commands.list import platforms

    (about,) = (each for each in platforms() if each["name"] == name)
    if json:
        output.emit(about)
        return
    output.say(f"{name}, a platform\n", "bold")
    output.say(f"Hosts      {', '.join(about['hosts'])}")
    output.say(f"Base URL   {about['about'].rpartition(' ')[2]} below the proxy's own")
    output.say(f"Variables  {', '.join(about['variables']) or 'none: its clients are told in code'}")
    output.say("\nServices", "bold")
    for service in about["services"]:
        output.say(f"  {service}")
    output.say(f"\nNext: write one of these, or {name}.*, at on: of a rule (brownout list faults)", "dim")


def checks() -> list[str]:
    """The checks that have a section, by name."""
    from brownout.expect import EXPECTABLE

    return sorted((*EXPECTABLE, "injection_proof"))


def _is_scenario(name: str) -> bool:
    return Path(name).exists() or name in _shipped()


def _shipped() -> list[str]:
    return sorted(file.stem for file in resources.SCENARIOS.glob("*.yaml"))


def _show_scenario(name: str, speed: float | None, json: bool) -> None:
    from brownout.config.spelling import nearest
    from brownout.config.yamlfile import InputError, Problem
    from brownout.faults import FAULTS
    from brownout.library.library import load_scenario
    from brownout.services import BUILT_IN

    others = [*FAULTS, *checks(), *BUILT_IN.by_name]
    guess = nearest(name, [*_shipped(), *others])
    if guess in others and not Path(name).suffix:
        text = f"no scenario, fault, check or platform of this name; did you mean {guess!r}? brownout list has them all"
        raise InputError([Problem(name, 0, 0, text)])
    loaded = load_scenario(name)
    if json:
        output.emit(as_json(loaded, speed or loaded.speed))
    else:
        _print(loaded, speed or loaded.speed)


def _explain(section: Explained, json: bool) -> None:
    from rich.markdown import Markdown

    if json:
        output.emit(section.as_dict())
        return
    output.say(f"{section.name}, a {section.kind}\n", "bold")
    output.console().print(Markdown(section.text))
    output.say("\nExample", "bold")
    output.say(section.example)
    where = "rules of a phase" if section.kind == "fault" else "expect of an app profile"
    output.say(f"\nNext: write it under {where}, and: brownout lint FILE", "dim")


def _show_symptoms(symptoms: Sequence[Symptom], json: bool) -> None:
    if json:
        output.emit([{**vars(each), "fault": each.fault} for each in symptoms])
        return
    for each in symptoms:
        output.say(each.printed, "bold")
        output.say(f"  printed by {each.client}: {each.about}\n  {each.rule}\n")
    output.say(f"Next: brownout show {symptoms[0].fault}", "dim")


def as_json(scenario: Scenario, speed: float) -> dict[str, Any]:
    """The scenario with its phases in drill seconds."""
    from brownout.drill.timeline import phase_rows, rule_rows

    return {
        **scenario.written(),
        "speed": speed,
        "duration": scenario.duration,
        "drill_seconds": scenario.duration / speed,
        "phases": phase_rows(scenario, speed),
        "rules": rule_rows(scenario),
    }


def _print(scenario: Scenario, speed: float) -> None:
    from brownout.config.units import in_words

    console = output.console()
    output.say(scenario.title, "bold")
    took, takes = in_words(scenario.duration), in_words(scenario.duration / speed)
    output.say(f"{took} of incident in {takes} of drill (speed {speed:g}, seed {scenario.seed})\n", "dim")
    console.print(_timeline(scenario, speed))
    if scenario.platforms:
        output.say("\nPlatforms", "bold")
        for name, url in scenario.platforms.items():
            output.say(f"  {name}  {url}")
    for provider, posts in scenario.status.items():
        output.say(f"\nStatus page of {provider}", "bold")
        for post in posts:
            words = " · ".join(part for part in (post.say, post.indicator, post.text) if part)
            output.say(f"  {in_words(post.at):>7}  {words}")
    if scenario.sources:
        output.say("\nSources", "bold")
        for source in scenario.sources:
            output.say(f"  {source.url}\n    {source.fact}")
    output.say(f"\nNext: brownout run {scenario.name} --app brownout.yaml", "dim")


def _timeline(scenario: Scenario, speed: float) -> Table:
    from brownout.config.units import in_words

    table = Table(pad_edge=False)
    for name in ("phase", "impact", "incident", "drill", "rules"):
        table.add_column(name, overflow="fold", no_wrap=name in ("phase", "impact"))
    start = 0.0
    for phase in scenario.phases:
        end = start + phase.lasts
        table.add_row(
            Text(phase.phase, "bold"),
            Text(phase.impact, _STYLES.get(phase.impact, "red")),
            f"{in_words(start) if start else '0s'} – {in_words(end)}",
            f"{start / speed:.1f} – {end / speed:.1f}s",
            Text("\n".join(map(rule_in_words, phase.rules)) or "none: all is well", "" if phase.rules else "dim"),
        )
        start = end
    return table


def rule_in_words(rule: Rule) -> str:
    """``server_error on openai.chat, 20% → 60%``."""
    parts = [f"{rule.fault} on {rule.on}", "beyond its bucket" if rule.bucket else str(rule.share)]
    when = rule.when.model_dump(exclude_defaults=True)
    parts += [f"when {key} is {str(value).lower()}" for key, value in when.items()]
    if rule.sticky:
        parts.append(f"the same for a whole {rule.sticky}")
    parts += [f"after {count} {unit}" for unit, count in rule.passes.model_dump(exclude_defaults=True).items()]
    parts += [f"the first {rule.first} attempts"] * bool(rule.first) + [f"at most {rule.limit} times"] * bool(
        rule.limit
    )
    return ", ".join(parts)
