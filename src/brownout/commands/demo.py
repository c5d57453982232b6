"""``brownout demo``: one outage, two applications, two fates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brownout.commands import output, watching
from brownout.verdict import ExitCode, Status

if TYPE_CHECKING:
    from brownout.result import Result

SCENARIO = "chatgpt-2026-02-03"
EXPECTED = {"fragile_chat": Status.BROKEN, "sturdy_chat": Status.HELD}
_NEEDED = ("anthropic", "openai", "purgatory", "stamina", "starlette", "uvicorn")


def demo(
    out: Annotated[Path | None, typer.Option(help="Folder for both drills; by default new ones in reports/.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Results as JSON on standard output.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only the outcome.")] = False,
) -> None:
    """See one outage break a fragile chat, and not a sturdy one.

    Plays the ChatGPT outage of 3 February 2026 against both. The fragile one breaks and the sturdy one holds: then the
    exit code is 0. Takes about two minutes; needs no key and no internet.

    \b
    Examples:
      brownout demo
      brownout demo --out /tmp/demo
    """
    from brownout import find_engine

    find_engine.require(sys.argv[1:])
    _require_examples()

    from brownout import resources
    from brownout.drill.setting import Options
    from brownout.library.library import load_profile, load_scenario

    scenario, results = load_scenario(SCENARIO), []
    for name in EXPECTED:
        app = resources.EXAMPLES / name / "brownout.yaml"
        folder = out / name if out else None
        options = Options(folder, scenario_file=SCENARIO, app_file=str(app))
        result = watching.drill(scenario, load_profile(app), options, quiet=quiet, json=json)
        results.append(result)
        if result.outcome != "completed":
            break
    code = judged(results)
    if json:
        output.emit({"exit_code": code, "drills": [watching.as_json(result) for result in results]})
    else:
        _print(results, code)
    raise typer.Exit(code)


def judged(results: list[Result]) -> int:
    """0 when each application met its fate; else the worst of what came in between."""
    unlike = [result for result in results if result.status != EXPECTED[result.app]]
    codes = [result.exit_code for result in results if result.outcome != "completed"]
    codes += [ExitCode.UNKNOWN if result.status is Status.UNKNOWN else ExitCode.BROKEN for result in unlike]
    return watching.worst(codes)


def _require_examples() -> None:
    from importlib.util import find_spec

    from brownout.errors import HarnessError
    from brownout.find_engine import how_to_get

    absent = [name for name in _NEEDED if find_spec(name) is None]
    if absent:
        raise HarnessError(f"the demo's applications need {', '.join(absent)}; {how_to_get('engine,examples')}")


def _print(results: list[Result], code: int) -> None:
    from brownout.report import story

    for result in results:
        output.say("")
        style = (
            "bold red" if result.status is Status.BROKEN else "bold green" if result.status is Status.HELD else "yellow"
        )
        output.say(f"{result.status} {result.app}", style)
        output.say(f"  {story.headline(result)}")
        for verdict in story.ordered(result.verdicts):
            if verdict.status.amiss:
                output.say(f"  {verdict.status}: {verdict.finding}")
        output.say(f"  Report: {watching.reports_of(result)['html']}")
        if result.outcome == "completed" and result.status != EXPECTED[result.app]:
            output.say(f"  This differs: {EXPECTED[result.app]} was expected.", "bold yellow")
    output.say("")
    output.say("Next: brownout show chatgpt-2026-02-03, then write a brownout.yaml for your own application,")
    output.say("      and: brownout run chatgpt-2026-02-03 --app brownout.yaml")
