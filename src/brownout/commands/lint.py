"""``brownout lint``: what is wrong with scenarios and app profiles, before anything runs."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brownout.commands import output
from brownout.verdict import ExitCode

if TYPE_CHECKING:
    from brownout.profile import Profile


@dataclass(frozen=True)
class Remark:
    """One finding on one file; line and column count from 1, 0 is the file as a whole."""

    file: str
    line: int
    column: int
    severity: str
    message: str

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
    from brownout.library.library import load_profile

    profile = load_profile(app) if app else None
    files = expand(paths or [])
    beside = profiles(files)
    declared = {name: url for one in beside for name, url in one.platforms.items()}
    platforms = {**declared, **(profile.platforms if profile else {})}
    drilled = profile or (beside[0] if len(beside) == 1 else None)
    remarks = [
        remark for file in files for remark in check(file, profile.connect if profile else None, platforms, drilled)
    ]
    errors = sum(remark.severity == "error" for remark in remarks)
    if json:
        output.emit({"files": files, "findings": [vars(remark) for remark in remarks]})
    else:
        for remark in remarks:
            output.say(str(remark), "red" if remark.severity == "error" else "yellow")
        warnings = len(remarks) - errors
        output.say(f"{_count(len(files), 'file')}: {_count(errors, 'error')}, {_count(warnings, 'warning')}", "bold")
    if errors:
        raise typer.Exit(ExitCode.BAD_INPUT)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def expand(paths: list[str]) -> list[str]:
    """Files of the paths given; folders stand for the YAML files in them. Raises InputError where there are none."""
    from brownout.config.yamlfile import InputError, Problem
    from brownout.library.library import PROFILE_NAME

    found: list[str] = []
    for text in paths or [name for name in (PROFILE_NAME, "scenarios") if Path(name).exists()]:
        path = Path(text)
        found += map(str, sorted(path.glob("*.y*ml"))) if path.is_dir() else [text]
    if not found:
        what = f"no YAML files in {', '.join(paths)}" if paths else f"no ./{PROFILE_NAME} and no ./scenarios here"
        raise InputError([Problem("lint", 0, 0, f"{what}; give the paths of scenarios or app profiles")])
    return found


def profiles(files: list[str]) -> list[Profile]:
    """The app profiles among these files: scenarios beside them may name their platforms, and are played to them."""
    from brownout.config.yamlfile import InputError, parse
    from brownout.library.library import load_profile

    found: list[Profile] = []
    for file in files:
        with contextlib.suppress(InputError):  # said where the file's turn comes
            if Path(file).is_file() and not _is_scenario(parse(file).value):
                found.append(load_profile(file))
    return found


def check(
    name_or_path: str,
    connect: str | None = None,
    platforms: Mapping[str, str] | None = None,
    drilled: Profile | None = None,
) -> list[Remark]:
    """All remarks on one file.

    ``connect`` is how the application reaches the platform, ``platforms`` those that its profile declares, and
    ``drilled`` the profile whose users are to fill the phases, where that is known.
    """
    from brownout.config.yamlfile import InputError, parse
    from brownout.library import filling
    from brownout.library.library import scenario_path
    from brownout.library.lint import lint_file
    from brownout.library.lint_profile import lint_profile_file

    try:
        path = scenario_path(name_or_path)
        ours = _is_scenario(parse(path).value)
        findings = lint_file(path, connect, platforms) if ours else lint_profile_file(path)
        findings += filling.of_file(path, drilled, platforms) if ours and drilled else []
    except InputError as error:
        return [Remark(one.file, one.line, one.column, "error", one.message) for one in error.problems]
    return [
        Remark(str(path), *((one.problem.line, one.problem.column) if one.problem else (0, 0)), one.severity, one.text)
        for one in findings
    ]


def _is_scenario(value: dict[str, Any]) -> bool:
    profile = {"start", "url", "connect", "journeys", "expect", "load", "locustfile"}
    return "timeline" in value or "brownout" in value or not profile & set(value)
