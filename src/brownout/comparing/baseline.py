"""A drill against what was played before: whether that may be, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from brownout.comparing.compare import compare
from brownout.comparing.likeness import apart
from brownout.comparing.sides import require_alike, side
from brownout.comparison import Comparison
from brownout.config.yamlfile import InputError, Problem
from brownout.judging.weighing import Weighed, weigh
from brownout.result import ENDED, Result
from brownout.verdict import ExitCode

_HINT = "play the baseline anew with this scenario, profile, users and speed, or leave --baseline out"


@dataclass(frozen=True)
class Baseline:
    """The drills in a folder, of whatever scenarios they are."""

    name: str
    drills: Sequence[Weighed]

    def require(self, scenario: str, row: Mapping[str, Any]) -> None:
        """Raises InputError where a drill with this row, which is about to be played, could not be compared."""
        mine = self.of(scenario)
        if not mine:
            played = sorted({str(drill.drill["scenario"]) for drill in self.drills})
            raise self._refused([f"no drill of {scenario} here, only of {', '.join(played)}"])
        require_alike(mine, [])
        planned = json.loads(json.dumps(row))
        if lines := list(apart(mine[0].drill, planned)):
            raise self._refused([f"not alike: {line}" for line in lines])

    def of(self, scenario: str) -> list[Weighed]:
        """Those of its drills that played one scenario."""
        return [drill for drill in self.drills if drill.drill["scenario"] == scenario]

    def against(self, result: Result) -> Result:
        """A drill that is over, with what it is against these; its exit code is 1 where it is worse.

        One that did not come to its end is compared with nothing.
        """
        if result.outcome not in ENDED:
            return result
        comparison, code = self.compared(result.scenario, [weigh(Path(result.journal))], result.exit_code)
        return replace(result, comparison=comparison, exit_code=code)

    def compared(self, scenario: str, drills: Sequence[Weighed], code: int) -> tuple[Comparison, int]:
        """What drills of a scenario are against these, and their exit code: 1 where they are worse."""
        comparison = compare(self.of(scenario), drills)
        worse = comparison.word == "worse" and code in (ExitCode.HELD, ExitCode.UNKNOWN)
        return comparison, ExitCode.BROKEN if worse else code

    def _refused(self, lines: Sequence[str]) -> InputError:
        return InputError([Problem(self.name, 0, 0, text) for text in [*lines, _HINT]])


def baseline_at(name: str) -> Baseline:
    """The baseline of this name: a drill's folder, one of several drills, or a pattern. Raises InputError."""
    return Baseline(name, side(name))
