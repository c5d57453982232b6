"""The drills of a self-test, one after the other; what each said, as values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from brownout.drill.drill import run_drill
from brownout.drill.progress import Watcher
from brownout.drill.setting import Options
from brownout.judging import doubt
from brownout.library.library import load_profile, load_scenario
from brownout.result import ENDED, Result
from brownout.selftest.benches import BENCHES, Bench
from brownout.selftest.matrix import Answer, Play
from brownout.verdict import ExitCode, Status, Verdict

SHORT = ("asked",)
"""What the short form plays: the bench with most defects, with faults and without."""


class Turn(NamedTuple):
    """A drill that is to be played."""

    bench: Bench
    seed: int
    faults: bool

    @property
    def name(self) -> str:
        """The drill's folder, and what people read meanwhile."""
        return f"{self.bench.name}-{'bad' if self.faults else 'good'}-day-{self.seed}"


def turns(seeds: Sequence[int], *, short: bool) -> list[Turn]:
    """All drills with these seeds, in order."""
    benches = [bench for name, bench in BENCHES.items() if not short or name in SHORT]
    return [
        Turn(bench, seed, faults)
        for seed in seeds
        for bench in benches
        if seed == seeds[0] or not bench.once
        for faults in (True, False)
        if faults or bench.good is not None
    ]


def written(turn: Turn, folder: Path) -> tuple[Path, Path]:
    """The scenario and the profile of a drill as files, for whoever wants to play it by hand: their paths."""
    bench = turn.bench
    plan, profile = (bench.bad, bench.profile) if turn.faults else (bench.good, bench.calm or bench.profile)
    assert plan is not None
    folder.mkdir(parents=True, exist_ok=True)
    files: list[tuple[str, dict[str, Any]]] = [(plan["name"], plan), ("brownout", profile)]
    paths = [folder / f"{name}.yaml" for name, _ in files]
    for path, (_, value) in zip(paths, files, strict=True):
        path.write_text(yaml.safe_dump(value, sort_keys=False, allow_unicode=True))
    return paths[0], paths[1]


def play(all_turns: Sequence[Turn], out: Path, watcher: Callable[[Turn], Watcher]) -> Iterator[Play]:
    """Play drills, each in a folder of its own below ``out``; none after one that was interrupted or failed.

    Raises InputError where the folder holds earlier drills.
    """
    for turn in all_turns:
        scenario, profile = written(turn, out / turn.name)
        options = Options(out / turn.name, turn.seed, scenario_file=str(scenario), app_file=str(profile))
        result = run_drill(load_scenario(scenario), load_profile(profile), options, watcher(turn))
        over = as_play(turn, result)
        yield over
        if over.code != ExitCode.HELD:
            return


def as_play(turn: Turn, result: Result) -> Play:
    """What a drill said, in short."""
    busy = " ".join(note for note in result.notes if doubt.PROVES_NOTHING in note)
    return Play(
        bench=turn.bench.name,
        seed=turn.seed,
        faults=turn.faults,
        answers={(verdict.check, verdict.journey): _answer(verdict, busy) for verdict in result.verdicts},
        code=ExitCode.HELD if result.outcome in ENDED else result.exit_code,
        busy=busy,
    )


def _answer(verdict: Verdict, busy: str) -> Answer:
    text = f"{verdict.measured}: {verdict.finding}"
    doubtful = verdict.next_step == doubt.NEXT_STEP or bool(busy)
    return Answer(verdict.status, text, verdict.status is Status.UNKNOWN and doubtful)
