"""``brownout run``: put an application through outages."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brownout.commands import output, repeating, watching
from brownout.commands.settling import AtMost, Played, Settling, at_most
from brownout.commands.speeds import Speed
from brownout.verdict import ExitCode

if TYPE_CHECKING:  # the help must not wait for these
    from brownout.comparing.baseline import Baseline
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
    speed: Speed = None,
    users: Annotated[int | None, typer.Option(help="Users on a good day.", min=1, max=5000)] = None,
    proxies: Annotated[int, typer.Option(help="Proxies that share the load, 1 to 8.")] = 1,
    port: Annotated[int, typer.Option(help="Port of the proxy; 0 takes a free one.", min=0, max=65535)] = 0,
    until_settled: Annotated[
        bool, typer.Option("--until-settled", help="Once more, and longer, where verdicts are still open.")
    ] = False,
    bound: Annotated[
        str | None,
        typer.Option(
            "--at-most",
            metavar="DURATION|Nx",
            help="With --until-settled: both timelines together; by default 4 times the first, and a minute at least.",
        ),
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(help="Folder of a past drill (or several): compare with it, and end with 1 if worse.")
    ] = None,
    repeat: Annotated[int, typer.Option(help="Play it so often, with one seed after the other.", min=1, max=100)] = 1,
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
      brownout run baseline --baseline reports/main --repeat 4
    """
    from brownout import find_engine
    from brownout.drill import standstill

    standstill.refuse()
    most = _at_most(bound, until_settled)
    _require_one_way(until_settled, baseline, repeat)
    profile, loaded = _loaded(app, scenarios)
    find_engine.require(sys.argv[1:])

    from brownout.comparing.baseline import baseline_at
    from brownout.drill import settle
    from brownout.drill.setting import Options

    before = baseline_at(baseline) if baseline else None
    looks = settle.LOOKS if until_settled else 1
    common = Options(out, seed, speed, users, proxies, port, app_file=str(app), looks=looks)
    drills = [
        (scenario, replace(common, scenario_file=name, out=out / scenario.name if out and len(loaded) > 1 else out))
        for name, scenario in zip(scenarios, loaded, strict=True)
    ]
    settling = Settling(most) if until_settled else None
    _prepare(profile, drills, before, settling, quiet=quiet, json=json)
    if repeat > 1:  # it is compared with a baseline by what all rounds say together
        rounds = repeating.rounds(profile, drills, repeat)
        played = list(_play(profile, rounds, None, None, quiet=quiet, json=json))
        code, more = _pooled(played, before, json=json)
    else:
        played = list(_play(profile, drills, before, settling, quiet=quiet, json=json))
        code = watching.worst(each.code for each in played)
        more = {"together": [each.as_json() for each in played]} if settling else {}
    if json:
        told = [watching.as_json(result) for each in played for result in each.results]
        output.emit({"exit_code": code, "drills": told, **more})
    raise typer.Exit(code)


def _loaded(app: Path, names: Sequence[str]) -> tuple[Profile, list[Scenario]]:
    """The files, with what is wrong in scenarios before all else. Raises InputError."""
    from brownout.config.yamlfile import InputError, Problem
    from brownout.library.library import load_scenario

    profile = _profile_at(app)
    platforms = profile.platforms if profile else {}
    loaded = [load_scenario(name, platforms) for name in names]
    if profile is None:
        text = "no app profile here; give one with --app (its format: brownout schema profile)"
        raise InputError([Problem(str(app), 0, 0, text)])
    return profile, loaded


def _prepare(
    profile: Profile,
    drills: Sequence[tuple[Scenario, Options]],
    before: Baseline | None,
    settling: Settling | None,
    *,
    quiet: bool,
    json: bool,
) -> None:
    """Refuse all that can be refused before the first drill, and say what will hardly show anything."""
    from brownout.drill.setting import prepare

    for scenario, options in drills:
        setting = prepare(scenario, profile, options)
        if settling:
            settling.refuse_too_short(scenario.name, setting.end, setting.speed)
        if before:
            before.require(scenario.name, setting.row(0.0, {}).row())
        if not quiet:
            _warn(scenario, profile, options, json=json)


def _at_most(text: str | None, until_settled: bool) -> AtMost | None:
    if text is None:
        return None
    if not until_settled:
        raise typer.BadParameter(
            "bounds what --until-settled may add; add that, or leave it out", param_hint="--at-most"
        )
    return at_most(text)


def _require_one_way(until_settled: bool, baseline: str | None, repeat: int) -> None:
    """Refuse what makes no sense together."""
    if not until_settled:
        return
    if repeat > 1:
        text = "--repeat says how often to play it, --until-settled whether to play it once more; leave one out"
        raise typer.BadParameter(text, param_hint="--repeat")
    if baseline:
        text = "--until-settled plays at another speed, which is compared with nothing; leave one of the two out"
        raise typer.BadParameter(text, param_hint="--baseline")


def _pooled(played: Sequence[Played], before: Baseline | None, *, json: bool) -> tuple[int, dict[str, Any]]:
    """What drills that were repeated say together: the exit code, and what JSON has of it."""
    results = [result for each in played for result in each.results]
    pools = repeating.conclude(results, before, json=json)
    code = watching.worst(repeating.code_of(pools, results))
    return code, {"pooled": [repeating.as_json(pooled) for pooled in pools]}


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
    before: Baseline | None,
    settling: Settling | None,
    *,
    quiet: bool,
    json: bool,
) -> Iterator[Played]:
    """One scenario after the other, in one drill or two; none after a drill that was interrupted."""

    def play(scenario: Scenario, options: Options) -> Result:
        result = watching.drill(scenario, profile, options, quiet=quiet, json=json)
        if before:
            result = watching.rewritten(before.against(result))
        if not json:
            watching.conclude(result, quiet=quiet, advise=settling is None)
        return result

    for scenario, options in drills:
        played = Played((play(scenario, options),))
        if settling is not None:
            played = settling.extended(played, scenario, options, play, quiet=quiet, json=json)
        yield played
        if played.code == ExitCode.INTERRUPTED:
            return
