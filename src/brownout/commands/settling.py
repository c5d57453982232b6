"""``brownout run --until-settled``: a drill that leaves verdicts open is played once more, as long as they need."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import typer

from brownout.commands import output, watching
from brownout.config import units
from brownout.verdict import Status, Verdict

if TYPE_CHECKING:  # the help must not wait for these
    from brownout.drill.setting import Options
    from brownout.result import Result
    from brownout.scenario import Scenario

    Play: TypeAlias = Callable[[Scenario, Options], Result]

_OPTION: Final = "--at-most"
_TIMES: Final = re.compile(r"(\d+(?:\.\d+)?)\s*x")


@dataclass(frozen=True)
class AtMost:
    """How long both timelines may last together: ``10m``, or ``4x`` the first; ``text`` is how it was typed."""

    text: str
    amount: float
    is_times: bool

    def seconds(self, planned: float) -> float:
        """The seconds of it where the first timeline lasts so many."""
        return self.amount * planned if self.is_times else self.amount


def at_most(text: str) -> AtMost:
    """The bound that was typed, as a duration or as so many times the first. Raises typer.BadParameter."""
    stripped = text.strip()
    if (times := _TIMES.fullmatch(stripped)) is not None:
        bound = AtMost(stripped, float(times[1]), is_times=True)
    else:
        try:
            bound = AtMost(stripped, 0.0 if stripped == "0" else units.seconds(stripped), is_times=False)
        except ValueError:
            allowed = "allowed: 90s, 10m, 1h30m, or so many times the first timeline, as 4x"
            raise typer.BadParameter(f"{text!r} is no bound; {allowed}", param_hint=_OPTION) from None
    if not bound.amount:
        what = "leaves no time for any drill; leave it out for the usual bound (4x, and 1m at least), or give it more"
        raise typer.BadParameter(f"{text} {what}", param_hint=_OPTION)
    if bound.is_times and bound.amount < 1:
        what = "is less than the first timeline alone; 1x plays that one, and 3x leaves room for one twice as long"
        raise typer.BadParameter(f"{text} {what}", param_hint=_OPTION)
    return bound


@dataclass(frozen=True)
class Played:
    """A scenario in one drill, or in two."""

    results: tuple[Result, ...]

    @cached_property
    def joint(self) -> Result:
        """What the drills of it say together."""
        from brownout.judging.both import joined

        first, last = self.results[0], self.results[-1]
        return first if last is first else joined(first, last)

    @property
    def code(self) -> int:
        """The exit code of all drills of it."""
        return self.joint.exit_code

    def as_json(self) -> dict[str, Any]:
        """What both say together, for machines."""
        joint = self.joint
        return {
            "scenario": joint.scenario,
            "drills": len(self.results),
            "status": joint.status,
            "exit_code": joint.exit_code,
            "verdicts": {verdict.id: verdict.status for verdict in joint.verdicts},
        }


@dataclass(frozen=True)
class Settling:
    """Plays what is to follow a first drill; ``at_most`` bounds the timelines of both, None is the usual bound."""

    at_most: AtMost | None

    def refuse_too_short(self, scenario: str, planned: float, speed: float) -> None:
        """Raises InputError where the bound is less than the first timeline alone."""
        from brownout.config.yamlfile import InputError, Problem
        from brownout.drill import settle

        most = self._seconds(planned)
        if most is None or most >= planned:
            return
        first, both = (units.in_words(each) for each in (math.ceil(planned), settle.for_both(planned, 2)))
        text = (
            f"less than the first timeline of {scenario} alone, which lasts {units.in_words(planned)} at speed "
            f"{speed:g}. Give it {first} or more; {both} leaves room for one twice as long"
        )
        raise InputError([Problem(f"{_OPTION} {units.in_words(most)}", 0, 0, text)])

    def extended(
        self, played: Played, scenario: Scenario, options: Options, play: Play, *, quiet: bool, json: bool
    ) -> Played:
        """The first drill, and the second one where verdicts are open; says what is open, and what is left."""
        from brownout.drill import settle
        from brownout.judging.both import LONGER

        (first,), second = played.results, None
        planned = scenario.duration / first.speed
        most = self._seconds(planned)
        if not quiet and (line := settle.in_one_line(first, planned, most)):
            _say(f"\n{line}\n", json=json)
        following = settle.longer(first, planned, most)
        if following is not None:
            out = Path(first.journal) / LONGER
            second = play(scenario, replace(options, speed=following.speed, out=out))
            played = Played((first, second))
            watching.rewritten(played.joint)
            _say(_together(played), json=json)
            if not quiet and (wanted := settle.still_wanted(first, second, planned, most)):
                _say(wanted, json=json)
        if not quiet and not json:
            self._advise(played, settle.enough(first, second, planned, most))
        return played

    def _seconds(self, planned: float) -> float | None:
        return None if self.at_most is None else self.at_most.seconds(planned)

    def _advise(self, played: Played, enough: float | None) -> None:
        """What to do next: with a bound that is enough, where that is all that was in the way."""
        from brownout.report import story, terminal

        joint = played.joint
        if watching.is_void(joint):
            return
        advice, command = story.again(joint)
        if enough is not None and joint.status is Status.UNKNOWN:
            advice = "Give both drills the time that they need:"
            command = story.with_option(joint.command, _OPTION, units.in_words(enough))
        elif self.at_most is not None and f"--speed {joint.speed:g}" in command:  # a slower one needs another bound
            command = story.with_option(command, _OPTION, self.at_most.text)
        terminal.what_next(advice, command, output.console())


def _say(text: str, *, json: bool) -> None:
    from rich.text import Text

    output.console(error=json).print(Text(text, "bold"), soft_wrap=True)


def _together(both: Played) -> str:
    """``Both drills together: BROKEN (success; UNKNOWN latency p95)``, and where that is told."""
    joint = both.joint
    told = [(each.id if each.status is joint.status else f"{each.status} {each.id}") for each in _amiss(joint)]
    which = f" ({'; '.join(told)})" if told else ""
    return f"\nBoth drills together: {joint.status}{which}. This is what the reports in {joint.journal} say."


def _amiss(joint: Result) -> list[Verdict]:
    from brownout.report import story

    return [each for each in story.ordered(joint.verdicts) if each.status.amiss]
