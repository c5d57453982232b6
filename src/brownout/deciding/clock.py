"""Incident time: where on the timeline a monotonic second falls, at a speed, with pauses and jumps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from brownout.deciding.plan import Moment, moment_at
from brownout.scenario import Scenario


@dataclass
class Clock:
    """Turns monotonic seconds into incident seconds. ``zero`` is the start of the timeline; None: not begun.

    ``unix`` gives the time of day, for what is about the moment at which a phase began.
    """

    scenario: Scenario
    speed: float
    zero: float | None = None
    frozen: float | None = None
    unix: Callable[[], float] = lambda: 0.0
    _entered: dict[str, float] = field(default_factory=dict)  # phase → when it began, in Unix seconds

    def elapsed(self, now: float) -> float | None:
        """Incident seconds since the timeline began, at monotonic second ``now``."""
        if self.frozen is not None:
            return self.frozen
        return None if self.zero is None else (now - self.zero) * self.speed

    def moment(self, now: float) -> Moment | None:
        """The phase, and incident seconds into it; None before the start and after the end."""
        elapsed = self.elapsed(now)
        moment = None if elapsed is None else moment_at(self.scenario, elapsed)
        return None if moment is None else replace(moment, began=self._began(moment))

    def _began(self, moment: Moment) -> float:
        """Known from the first look on: a clock that stands still would say that the phase begins now, for ever."""
        name = moment.phase.phase
        if name not in self._entered:
            self._entered[name] = self.unix() - moment.elapsed / self.speed
        return self._entered[name]

    def phase_left(self, now: float) -> float:
        """Real seconds until the present phase ends; 0 outside the timeline, and for a paused clock."""
        moment = self.moment(now)
        if moment is None or self.frozen is not None:
            return 0.0
        return (moment.phase.lasts - moment.elapsed) / self.speed

    def begin(self, zero: float) -> None:
        """Start the timeline at monotonic second ``zero``."""
        self.zero, self.frozen = zero, None
        self._entered.clear()

    def end(self) -> None:
        """Stand outside the timeline from now on."""
        self.zero = self.frozen = None

    def jump(self, phase: str, now: float) -> None:
        """Make ``phase`` begin now. Raises ValueError with the phases there are."""
        start = 0.0
        for candidate in self.scenario.phases:
            if candidate.phase == phase:
                self._entered.clear()
                self.zero = now - start / self.speed
                if self.frozen is not None:
                    self.frozen = start
                return
            start += candidate.lasts
        names = ", ".join(candidate.phase for candidate in self.scenario.phases)
        raise ValueError(f"no phase {phase!r} in {self.scenario.name}; there are: {names}")

    def pause(self, now: float) -> None:
        """The timeline stands still until ``resume``, at monotonic second ``now``."""
        if self.frozen is None:
            self.frozen = self.elapsed(now)

    def resume(self, now: float) -> None:
        """Go on from where it stood."""
        if self.frozen is not None:
            self.zero = now - self.frozen / self.speed
            self.frozen = None
