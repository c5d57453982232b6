"""``brownout run --until-settled``: a drill that leaves verdicts open is played once more, as long as they need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from brownout.commands import output
from brownout.verdict import Status, Verdict, merge

if TYPE_CHECKING:  # the help must not wait for these
    from brownout.drill.setting import Options
    from brownout.result import Result
    from brownout.scenario import Scenario

    Play: TypeAlias = Callable[[Scenario, Options], Result]

FOLDER = "longer"
"""Where the second drill goes, in the folder of the first, where that was chosen."""


@dataclass(frozen=True)
class Played:
    """A scenario in one drill, or in two."""

    results: tuple[Result, ...]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What the drills of it say together."""
        from brownout.drill import settle

        return settle.together(self.results[0].verdicts, self.results[-1].verdicts)

    @property
    def status(self) -> Status:
        """The verdict on all of it."""
        return merge(verdict.status for verdict in self.verdicts)

    @property
    def code(self) -> int:
        """The exit code of all drills of it."""
        from brownout.drill import settle

        first, last = self.results[0], self.results[-1]
        return first.exit_code if last is first else settle.code_of(first, last)

    def as_json(self) -> dict[str, Any]:
        """What both say together, for machines."""
        return {
            "scenario": self.results[0].scenario,
            "drills": len(self.results),
            "status": self.status,
            "exit_code": self.code,
            "verdicts": {verdict.id: verdict.status for verdict in self.verdicts},
        }


@dataclass(frozen=True)
class Settling:
    """Plays what is to follow a first drill; ``at_most`` seconds of timeline for both, None for the usual bound."""

    at_most: float | None

    def extended(
        self, played: Played, scenario: Scenario, options: Options, play: Play, *, quiet: bool, json: bool
    ) -> Played:
        """The first drill, and the second one where verdicts are open; says what is open, and what is left."""
        from brownout.drill import settle

        (first,) = played.results
        planned = scenario.duration / first.speed
        if not quiet and (line := settle.in_one_line(first, planned, self.at_most)):
            _say(f"\n{line}\n", json=json)
        following = settle.longer(first, planned, self.at_most)
        if following is None:
            return played
        out = options.out / FOLDER if options.out else None
        both = Played((first, play(scenario, replace(options, speed=following.speed, out=out))))
        if not quiet:
            _say(_together(both), json=json)
            if wanted := settle.still_wanted(first, both.results[1], planned, self.at_most):
                _say(wanted, json=json)
        return both


def _say(text: str, *, json: bool) -> None:
    from rich.text import Text

    output.console(error=json).print(Text(text, "bold"), soft_wrap=True)


def _together(both: Played) -> str:
    """``Both drills together: BROKEN (BROKEN success; UNKNOWN latency p95)``."""
    amiss = [f"{verdict.status} {verdict.id}" for verdict in both.verdicts if verdict.status.amiss]
    which = f" ({'; '.join(amiss)})" if amiss else ""
    return f"\nBoth drills together: {both.status}{which}"
