"""``brownout run``: put an application through outages."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brownout.commands import output, watching
from brownout.commands.settling import Played, Settling
from brownout.verdict import ExitCode

if TYPE_CHECKING:  # the help must not wait for these
    from brownout.drill.setting import Options
    from brownout.profile import Profile
    from brownout.result import Result
    from brownout.scenario import Scenario


def run(
    scenarios: Annotated[list[str], typer.Argument(help="Names of scenarios that come with brownout, or files.")],
    app: Annotated[Path, typer.Option(help="The app profile: a file, or the folder it is in.")] = Path("brownout.yaml"),
    out: Annotated[
        Path | None, typer.Option(help="Folder for journal, logs and reports; by default a new one in reports/.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Other luck than the scenario's.")] = None,
    speed: Annotated[float | None, typer.Option(help="Incident seconds a drill second.", min=0.001)] = None,
    users: Annotated[int | None, typer.Option(help="Users on a good day.", min=1, max=5000)] = None,
    proxies: Annotated[int, typer.Option(help="Proxies that share the load, 1 to 8.")] = 1,
    port: Annotated[int, typer.Option(help="Port of the proxy; 0 takes a free one.", min=0, max=65535)] = 0,
    until_settled: Annotated[
        bool, typer.Option("--until-settled", help="Once more, and longer, where verdicts are still open.")
    ] = False,
    at_most: Annotated[
        str | None,
        typer.Option(
            metavar="DURATION",
            help="With --until-settled: both timelines together; by default 4 times the first, and a minute at least.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Results as JSON on standard output.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="One line a drill.")] = False,
) -> None:
    """Put an application through outages, and judge how it did.

    \b
    Examples:
      brownout run baseline
      brownout run chatgpt-2026-02-03 anthropic-overload --app shop/brownout.yaml --users 20
      brownout run scenarios/mine.yaml --speed 60 --json > result.json
      brownout run chatgpt-2026-02-03 --until-settled --at-most 10m
    """
    from brownout import find_engine
    from brownout.config.yamlfile import InputError, Problem
    from brownout.drill import standstill
    from brownout.library.library import load_scenario

    standstill.refuse()
    most = _seconds(at_most, until_settled)
    profile = _profile_at(app)
    platforms = profile.platforms if profile else {}
    loaded = [load_scenario(name, platforms) for name in scenarios]
    if profile is None:
        text = "no app profile here; give one with --app (its format: brownout schema profile)"
        raise InputError([Problem(str(app), 0, 0, text)])
    find_engine.require(sys.argv[1:])

    from brownout.drill import settle
    from brownout.drill.setting import Options, prepare

    looks = settle.LOOKS if until_settled else 1
    common = Options(out, seed, speed, users, proxies, port, app_file=str(app), looks=looks)
    chosen = [
        replace(common, scenario_file=name, out=out / scenario.name if out and len(loaded) > 1 else out)
        for name, scenario in zip(scenarios, loaded, strict=True)
    ]
    for scenario, options in zip(loaded, chosen, strict=True):
        prepare(scenario, profile, options)  # all that can be refused is refused before the first drill
        if not quiet:
            _warn(scenario, profile, options, json=json)
    settling = Settling(most) if until_settled else None
    played = list(_play(profile, zip(loaded, chosen, strict=True), settling, quiet=quiet, json=json))
    code = watching.worst(each.code for each in played)
    if json:
        drills = [watching.as_json(result) for each in played for result in each.results]
        together = {"together": [each.as_json() for each in played]} if settling else {}
        output.emit({"exit_code": code, "drills": drills, **together})
    raise typer.Exit(code)


def _seconds(at_most: str | None, until_settled: bool) -> float | None:
    from brownout.config import units

    if at_most is None:
        return None
    if not until_settled:
        raise typer.BadParameter(
            "bounds what --until-settled may add; add that, or leave it out", param_hint="--at-most"
        )
    try:
        return units.seconds(at_most)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--at-most") from None


def _profile_at(app: Path) -> Profile | None:
    from brownout.library.library import load_profile

    return load_profile(app) if (app / "brownout.yaml" if app.is_dir() else app).exists() else None


def _warn(scenario: Scenario, profile: Profile, options: Options, *, json: bool) -> None:
    """What the drill will hardly show: phases that so many users at this speed do not fill."""
    from rich.text import Text

    from brownout.library import filling

    for finding in filling.findings(scenario, profile, options.speed, options.users):
        text = Text(f"{scenario.name}: {finding.severity}: {finding.text}", "yellow")
        output.console(error=json).print(text, soft_wrap=True)


def _play(
    profile: Profile,
    drills: Iterable[tuple[Scenario, Options]],
    settling: Settling | None,
    *,
    quiet: bool,
    json: bool,
) -> Iterator[Played]:
    """One scenario after the other, in one drill or two; none after a drill that was interrupted."""

    def play(scenario: Scenario, options: Options) -> Result:
        result = watching.drill(scenario, profile, options, quiet=quiet, json=json)
        if not json:
            watching.conclude(result, quiet=quiet)
        return result

    for scenario, options in drills:
        played = Played((play(scenario, options),))
        if settling is not None:
            played = settling.extended(played, scenario, options, play, quiet=quiet, json=json)
        yield played
        if played.code == ExitCode.INTERRUPTED:
            return
