"""``brownout run --repeat``: the same scenarios with other seeds, each drill by itself and all together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brownout.commands import output
from brownout.verdict import ExitCode

if TYPE_CHECKING:  # the help must not wait for these
    from brownout.comparing.baseline import Baseline
    from brownout.comparison import Pooled
    from brownout.drill.setting import Options
    from brownout.profile import Profile
    from brownout.result import Result
    from brownout.scenario import Scenario

FILES = ("pooled.json", "pooled.md")


def rounds(
    profile: Profile, drills: Sequence[tuple[Scenario, Options]], times: int
) -> Iterator[tuple[Scenario, Options]]:
    """Every scenario once, then every one again: what the machine does meanwhile touches all of them alike."""
    from brownout.drill.setting import out_folder, prepare

    homes = [out_folder(prepare(scenario, profile, options), options.out) for scenario, options in drills]
    _require_empty(homes)
    for number in range(times):
        for (scenario, options), home in zip(drills, homes, strict=True):
            seed = (scenario.seed if options.seed is None else options.seed) + number
            yield scenario, replace(options, seed=seed, out=home / f"seed-{seed}")


def _require_empty(homes: Sequence[Path]) -> None:
    from brownout.config.yamlfile import InputError, Problem

    text = "holds earlier drills; choose another folder with --out"
    if full := [home for home in homes if any(home.glob("seed-*/journal"))]:
        raise InputError([Problem(str(home), 0, 0, text) for home in full])


def conclude(results: Sequence[Result], before: Baseline | None, *, json: bool) -> list[Pooled]:
    """Judge the drills of each scenario as one; write that beside them, and show it."""
    by_scenario: dict[str, list[Result]] = {}
    for result in results:
        by_scenario.setdefault(result.scenario, []).append(result)
    pools = [_pool(each, before) for each in by_scenario.values()]
    for pooled in pools:
        _write(pooled)
        if not json:
            _show(pooled)
    return pools


def code_of(pools: Sequence[Pooled], results: Sequence[Result]) -> list[int]:
    """The codes of what they say together, and of drills that did not come to a result."""
    amiss = [each.exit_code for each in results if each.exit_code in (ExitCode.HARNESS, ExitCode.INTERRUPTED)]
    return [*amiss, *(pooled.exit_code for pooled in pools)]


def as_json(pooled: Pooled) -> dict[str, Any]:
    """Drills that were judged as one, as machines read it."""
    from brownout.published import form

    return {**form("pooled"), **asdict(pooled)}


def _pool(results: Sequence[Result], before: Baseline | None) -> Pooled:
    from brownout.comparing.pool import pool
    from brownout.judging.weighing import weigh
    from brownout.result import ENDED

    drills = [weigh(Path(result.journal)) for result in results]
    pooled = pool(drills)
    whole = [drill for drill in drills if drill.outcome in ENDED]
    if before is None or not whole:
        return pooled
    comparison, code = before.compared(pooled.scenario, whole, pooled.exit_code)
    return replace(pooled, comparison=comparison, exit_code=code)


def _write(pooled: Pooled) -> None:
    from brownout.report import pooled as words

    home = Path(pooled.runs[0].folder).parent
    with output.writing(home):
        (home / FILES[0]).write_text(dumps(as_json(pooled), indent=2, default=str) + "\n", "utf-8")
        (home / FILES[1]).write_text(words.markdown(pooled), "utf-8", "replace")


def _show(pooled: Pooled) -> None:
    from brownout.report import pooled as words

    words.print_table(pooled, output.console())
    output.say(f"Report  {Path(pooled.runs[0].folder).parent / FILES[1]}")
