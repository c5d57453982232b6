"""``brownout replay``: play what broke in a past drill again, and see whether it is fixed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brownout.commands import output, watching
from brownout.config.spelling import hint
from brownout.verdict import ExitCode, Verdict

if TYPE_CHECKING:  # the help must not wait for these
    from brownout.comparing.fates import Fate, Finding
    from brownout.profile import Profile
    from brownout.result import Result

_STYLES: dict[Fate, str] = {"FIXED": "bold green", "STILL BROKEN": "bold red", "NOT REACHED": "bold yellow"}


def replay(
    drill: Annotated[Path, typer.Argument(help="Folder of the past drill, as 'brownout run' left it.")],
    app: Annotated[
        Path | None, typer.Option(help="The app profile as it is now; by default the one of the past drill.")
    ] = None,
    finding: Annotated[
        list[str] | None, typer.Option(help="Only this finding, by its name in the report; may be given again.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the new drill; by default a new one in reports/.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="What became of each, as JSON on standard output.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only what became of each.")] = False,
) -> None:
    """Play a past drill again, against the application as it is now: is what it found fixed?

    The same scenario, seed, speed and users, so that the same calls are struck; and what was asked for then. Each
    finding is FIXED, STILL BROKEN or NOT REACHED. Exit code 0 where all are fixed, 1 where one is still broken, else 3.

    \b
    Examples:
      brownout replay reports/chatgpt-2026-02-03-shop-20260301-101500
      brownout replay reports/nightly --finding no_leaks --app shop/brownout.yaml
    """
    from brownout import find_engine
    from brownout.comparing.fates import exit_code, fates
    from brownout.drill import standstill
    from brownout.drill.past import asked_then, past_drill
    from brownout.result import ENDED

    standstill.refuse()
    past = past_drill(drill)
    broken = wanted(past.drill.verdicts, finding or [], drill)
    profile = asked_then(profile_at(str(app) if app else past.app_file), past.expected)
    find_engine.require(sys.argv[1:])
    options = past.options(out, str(app) if app else "")
    result = watching.drill(past.scenario, profile, options, quiet=quiet, json=json)
    became = fates(broken, result)
    code = exit_code(became) if result.outcome in ENDED else result.exit_code
    if json:
        told = [asdict(each) for each in became]
        output.emit({"exit_code": code, "findings": told, "drill": watching.as_json(result)})
    else:
        _print(became, result)
    raise typer.Exit(code)


def profile_at(path: str) -> Profile:
    """The profile of the application as it is now. Raises InputError, which names --app."""
    from brownout.config.yamlfile import InputError, Problem
    from brownout.library.library import load_profile

    file = Path(path)
    if not (file / "brownout.yaml" if file.is_dir() else file).exists():
        text = "this is the app profile of the past drill, and it is not here; give one with --app"
        raise InputError([Problem(path, 0, 0, text)])
    return load_profile(file)


def wanted(verdicts: Sequence[Verdict], ids: Sequence[str], drill: Path) -> list[Verdict]:
    """The findings that are meant. Raises InputError for one that is none, and where there is none at all."""
    from brownout.comparing.fates import findings
    from brownout.config.yamlfile import InputError, Problem

    broken = {verdict.id: verdict for verdict in findings(verdicts)}
    problems = [] if broken else ["nothing was BROKEN in this drill, so there is nothing to play again"]
    problems += [f"no finding {id!r}{hint(id, broken)}" for id in ids if id not in broken and broken]
    if problems:
        raise InputError([Problem(str(drill), 0, 0, text) for text in problems])
    return [broken[id] for id in ids] if ids else list(broken.values())


def _print(became: Sequence[Finding], result: Result) -> None:
    if result.exit_code == ExitCode.HARNESS:
        output.say(f"Logs    {Path(result.journal) / 'logs'}", "dim")
        return
    for each in became:
        output.say(f"{each.fate}  {each.id}", _STYLES[each.fate])
        output.say(f"  asked for {each.objective}; it was {each.then}; now {each.now}")
        output.say(f"  {each.why}", "dim")
    output.say(f"Report  {watching.reports_of(result)['html']}")
