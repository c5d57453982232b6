"""The smallest scenario that still shows a finding: every trial is a short drill against the real application."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from brownout.comparing.fates import rules_of
from brownout.comparing.shrinking import Spent, Trials, fewest, shortest
from brownout.drill import standstill
from brownout.drill.drill import run_drill
from brownout.drill.ending import Interrupted
from brownout.drill.past import Past, asked_then
from brownout.drill.smaller import Cut, size, smaller, whole
from brownout.errors import HarnessError
from brownout.profile import Profile
from brownout.verdict import Status, Verdict

LEAST = 1.0
"""Drill seconds below which a phase is left out rather than made shorter."""


@dataclass
class Minimising:
    """What is looked for, and in what. ``tell`` is given a line after each trial."""

    past: Past
    verdict: Verdict
    profile: Profile
    at_most: float
    most: int
    tell: Callable[[str], None]
    interrupted: bool = False

    def __post_init__(self) -> None:
        self.speed = float(self.past.drill.drill["speed"])
        self.until = time.monotonic() + self.at_most
        wanted = [each for each in self.past.expected if each.id == self.verdict.id]
        self.profile = asked_then(self.profile, wanted or self.past.expected)
        self.trials: Trials[Cut] = Trials(self._play, self._left, self._sound)

    def search(self) -> Cut | None:
        """The smallest that showed it, or None where no smaller one did.

        Raises HarnessError where a drill fails before any showed it.
        """
        try:
            with contextlib.suppress(Spent, Interrupted):
                self._search()
        except HarnessError as error:
            if self.trials.best is None:
                raise
            self.tell(f"no more trials: {error}")
        if order := standstill.given():
            self.tell(f"no more trials: {order.in_words}")
        return self.trials.best

    def _search(self) -> None:
        start = self._by_evidence(whole(self.past.scenario))
        fewer = replace(start, rules=fewest(start.rules, lambda rules: self.trials.shows(replace(start, rules=rules))))
        least = LEAST * self.speed
        shortest(fewer.lengths, lambda lengths: self.trials.shows(replace(fewer, lengths=lengths)), least)

    def _by_evidence(self, start: Cut) -> Cut:
        """Begin with the rules that struck what the evidence shows, where these are fewer and do."""
        struck = rules_of(self.verdict)
        first = replace(start, rules=tuple(rule for rule in start.rules if rule in struck))
        return first if first.rules and first != start and self.trials.shows(first) else start

    def _left(self) -> bool:
        return self.trials.made < self.most and time.monotonic() < self.until and standstill.given() is None

    def _sound(self, cut: Cut) -> bool:
        """Whether what is left is a scenario at all: the end of a channel may lie beyond it."""
        try:
            smaller(self.past.scenario, cut, self.speed)
        except ValidationError:
            return False
        return True

    def _play(self, cut: Cut) -> bool:
        scenario = smaller(self.past.scenario, cut, self.speed)
        with tempfile.TemporaryDirectory(prefix="brownout-trial-", ignore_cleanup_errors=True) as folder:
            options = replace(self.past.options(Path(folder) / "drill"), scenario_file=scenario.name)
            result = run_drill(scenario, self.profile, options)
        if result.outcome == "interrupted":
            self.interrupted = True
            raise Interrupted
        if result.outcome == "failed":
            raise HarnessError(result.why)
        now = next((each for each in result.verdicts if each.id == self.verdict.id), None)
        broken = now is not None and now.status is Status.BROKEN
        shown = f"{now.status if now else 'did not happen'}, {'taken' if broken else 'not taken'}"
        self.tell(f"trial {self.trials.made} of {self.most}: {size(scenario)}: {shown}")
        return broken
