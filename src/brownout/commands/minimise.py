"""``brownout minimise``: the smallest scenario that still shows a finding."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brownout.commands import durations, output
from brownout.commands.replay import profile_at, wanted
from brownout.verdict import ExitCode, Verdict

if TYPE_CHECKING:  # the help must not wait for these
    from brownout.drill.past import Past
    from brownout.drill.smaller import Cut


def minimise(
    drill: Annotated[Path, typer.Argument(help="Folder of the past drill, as 'brownout run' left it.")],
    finding: Annotated[str, typer.Option(help="The finding, by its name in the report.")],
    app: Annotated[Path | None, typer.Option(help="The app profile; by default the one of the past drill.")] = None,
    at_most: Annotated[str, typer.Option(help="Begin no trial after so long.")] = "10m",
    trials: Annotated[int, typer.Option(help="So many drills at most.", min=1, max=1000)] = 20,
    out: Annotated[Path | None, typer.Option(help="Folder for minimal.yaml; by default the past drill's own.")] = None,
) -> None:
    """Look for the smallest scenario that still shows a finding: fewest rules, shortest timeline.

    Each trial is a real drill, so the application has to show it still. What shows it is taken; what does not is tried
    once more. Writes minimal.yaml. Exit code 0 where a smaller one shows it, else 3.

    \b
    Examples:
      brownout minimise reports/chatgpt-2026-02-03-shop-20260301-101500 --finding no_leaks
      brownout minimise reports/nightly --finding history_kept --at-most 5m --trials 10
    """
    from brownout import find_engine
    from brownout.drill import standstill
    from brownout.drill.minimising import Minimising
    from brownout.drill.past import past_drill

    standstill.refuse()
    limit, past = durations.seconds(at_most, "--at-most"), past_drill(drill)
    (verdict,) = wanted(past.drill.verdicts, [finding], drill)
    app_file = str(app) if app else past.app_file
    profile = profile_at(app_file)
    find_engine.require(sys.argv[1:])
    search = Minimising(past, verdict, profile, limit, trials, output.say)
    best = search.search()
    if best is None:
        output.say(f"No smaller scenario showed it, in {search.trials.made} trials: more --trials, or --at-most, may.")
    else:
        _write(past, verdict, best, app_file, out or past.folder)
    raise typer.Exit(_code(best, interrupted=search.interrupted))


def _code(best: Cut | None, *, interrupted: bool) -> int:
    if interrupted:
        return ExitCode.INTERRUPTED
    return ExitCode.UNKNOWN if best is None else ExitCode.HELD


def _write(past: Past, verdict: Verdict, best: Cut, app: str, folder: Path) -> None:
    from brownout.drill.smaller import NAME, as_file, size, smaller, whole

    options = past.options()
    speed = float(options.speed or 1)
    file = folder / f"{NAME}.yaml"
    command = shlex.join(["brownout", "run", str(file), "--app", app, "--users", str(options.users)])
    minimal = smaller(past.scenario, best, speed)
    before, after = size(smaller(past.scenario, whole(past.scenario), speed)), size(minimal)
    header = [
        f"The smallest scenario that was seen to show: {verdict.id} BROKEN ({verdict.objective}).",
        f"Of {past.scenario.name}: {after}, where it has {before}.",
        f"Play it: {command}",
    ]
    with output.writing(file):
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(as_file(minimal, header), "utf-8")
    output.say(f"Smallest  {after} (it was {before}): {file}")
    output.say(f"Play it   {command}")
