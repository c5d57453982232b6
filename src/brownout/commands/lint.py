"""``brownout lint``: what is wrong with scenarios and app profiles, before anything runs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from brownout.commands import output
from brownout.verdict import ExitCode

if TYPE_CHECKING:
    from brownout.config.yamlfile import Document
    from brownout.library.lint import Finding
    from brownout.profile import Profile
    from brownout.scenario import Scenario

    Opener: TypeAlias = Callable[[str], tuple[Scenario, Document]]

MOST_SAID = 50
"""Remarks on one file that are said; the rest is counted."""


@dataclass(frozen=True)
class Remark:
    """One finding on one file; line and column count from 1, 0 is the file as a whole."""

    file: str
    line: int
    column: int
    severity: str
    message: str
    more: int = 0  # how many others it stands for, that are not said

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.severity}: {self.message}"


def lint(
    paths: Annotated[list[str] | None, typer.Argument(help="Files, folders, or names of scenarios.")] = None,
    app: Annotated[Path | None, typer.Option(help="App profile that the scenarios are to be run against.")] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Check scenarios and app profiles for mistakes.

    Which of the two a file is, its content says. Without paths: ./brownout.yaml and ./scenarios/*.yaml. Exit code 2
    when there is an error; warnings are no errors. With --app, a fault that cannot reach that application is one.

    \b
    Examples:
      brownout lint
      brownout lint brownout.yaml scenarios/mine.yaml
      brownout lint scenarios/mine.yaml --app shop/brownout.yaml
    """
    from brownout.library.library import open_profile, open_scenario

    profile, document = open_profile(app) if app else (None, None)
    files = expand(paths or [])
    beside = profiles(files)
    declared = {name: url for profile_beside in beside for name, url in profile_beside.platforms.items()}
    platforms = {**declared, **(profile.platforms if profile else {})}
    drilled = profile or (beside[0] if len(beside) == 1 else None)
    opener = cache(lambda file: open_scenario(file, platforms))  # each is read by several checks
    connect = profile.connect if profile else None
    remarks = [remark for file in files for remark in check(file, connect, opener, drilled)]
    if profile is not None and document is not None:
        played = _loaded(files, opener)
        remarks += [*_unmet(profile, str(app), played), *_unsettled(profile, document, played)]
    errors = sum(1 + remark.more for remark in remarks if remark.severity == "error")
    if json:
        output.emit({"files": files, "findings": [_plain(remark) for remark in remarks]})
    else:
        for remark in remarks:
            output.say(str(remark), "red" if remark.severity == "error" else "yellow")
        warnings = sum(1 + remark.more for remark in remarks if remark.severity == "warning")
        output.say(f"{_count(len(files), 'file')}: {_count(errors, 'error')}, {_count(warnings, 'warning')}", "bold")
    if errors:
        raise typer.Exit(ExitCode.BAD_INPUT)


def _plain(remark: Remark) -> dict[str, Any]:
    return {name: value for name, value in vars(remark).items() if name != "more"}


def _first(remarks: list[Remark], more: int = 0) -> list[Remark]:
    """The first remarks on one file; the last of them says how many more there are, errors before warnings."""
    ordered = sorted(remarks, key=lambda remark: remark.severity != "error") if len(remarks) > MOST_SAID else remarks
    first = ordered[:MOST_SAID]
    for severity in ("error", "warning"):
        left = sum(remark.severity == severity for remark in ordered[MOST_SAID:]) + more * (severity == "error")
        if left:
            first.append(Remark(remarks[0].file, 0, 0, severity, f"… and {left:,} more", left - 1))
    return first


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def expand(paths: list[str]) -> list[str]:
    """Files of the paths given; folders stand for the YAML files in them. Raises InputError where there are none."""
    from brownout.config.yamlfile import InputError, Problem
    from brownout.library.library import PROFILE_NAME

    files: list[str] = []
    for text in paths or [name for name in (PROFILE_NAME, "scenarios") if Path(name).exists()]:
        path = Path(text)
        files += map(str, sorted(path.glob("*.y*ml"))) if path.is_dir() else [text]
    if not files:
        what = f"no YAML files in {', '.join(paths)}" if paths else f"no ./{PROFILE_NAME} and no ./scenarios here"
        raise InputError([Problem("lint", 0, 0, f"{what}; give the paths of scenarios or app profiles")])
    return files


def profiles(files: list[str]) -> list[Profile]:
    """The app profiles among these files: scenarios beside them may name their platforms, and are played to them."""
    from brownout.config.yamlfile import InputError, parse
    from brownout.library.library import load_profile

    listed: list[Profile] = []
    for file in files:
        with contextlib.suppress(InputError):  # said where the file's turn comes
            if Path(file).is_file() and not _is_scenario(parse(file).value):
                listed.append(load_profile(file))
    return listed


def _loaded(files: list[str], opener: Opener) -> list[Scenario]:
    """The scenarios among these files, without those that cannot be loaded."""
    from brownout.config.yamlfile import InputError

    played = []
    for file in files:
        with contextlib.suppress(InputError):  # said where the file's turn comes
            played.append(opener(file)[0])
    return played


def _unmet(profile: Profile, app: str, played: list[Scenario]) -> list[Remark]:
    """Warnings about phases that a profile's ``during`` names, and that none of these scenarios has."""
    from brownout.config.spelling import hint
    from brownout.scenario import IMPACTS

    names = {phase.phase for scenario in played for phase in scenario.timeline}
    unmet = dict.fromkeys(word for item in profile.expect for word in item.during if word not in (*IMPACTS, *names))
    return [
        Remark(
            app, 0, 0, "warning", f"during: no phase of these scenarios is called {word!r}{hint(word, sorted(names))}"
        )
        for word in unmet
    ]


def _unsettled(profile: Profile, document: Document, played: list[Scenario]) -> list[Remark]:
    """Warnings about expectations that so few users cannot settle, at the line of each in the profile."""
    from brownout.library import settling

    places = [(finding, document.problem(finding.path, "")) for finding in settling.findings(played, profile)]
    return [Remark(at.file, at.line, at.column, finding.severity, finding.text) for finding, at in places]


def check(
    name_or_path: str,
    connect: str | None = None,
    opener: Opener | None = None,
    drilled: Profile | None = None,
) -> list[Remark]:
    """All remarks on one file.

    ``connect`` is how the application reaches the platform, ``opener`` what loads scenarios, and ``drilled`` the
    profile whose users are to fill the phases, where that is known.
    """
    from brownout.config.yamlfile import InputError, parse
    from brownout.library.library import scenario_path
    from brownout.library.lint_profile import lint_profile_file

    try:
        path = scenario_path(name_or_path)
        ours = _is_scenario(parse(path).value)
        findings = _of_scenario(name_or_path, connect, opener, drilled) if ours else lint_profile_file(path)
    except InputError as error:
        first = error.problems[: -1 if error.more else None]
        remarks = [Remark(problem.file, problem.line, problem.column, "error", problem.message) for problem in first]
        return _first(remarks, error.more)
    remarks = [
        Remark(
            str(path),
            *((finding.problem.line, finding.problem.column) if finding.problem else (0, 0)),
            finding.severity,
            finding.text,
        )
        for finding in findings
    ]
    return _first(remarks)


def _of_scenario(
    name_or_path: str, connect: str | None, opener: Opener | None, drilled: Profile | None
) -> list[Finding]:
    from brownout.library import filling
    from brownout.library.library import open_scenario
    from brownout.library.lint import lint as lint_scenario
    from brownout.library.lint import placed

    scenario, document = (opener or open_scenario)(name_or_path)
    findings = lint_scenario(scenario, document, connect=connect)
    return [*findings, *placed(filling.findings(scenario, drilled), document)] if drilled else findings


def _is_scenario(value: dict[str, Any]) -> bool:
    profile = {"start", "url", "connect", "journeys", "expect", "load", "locustfile"}
    return "timeline" in value or "brownout" in value or not profile & set(value)
