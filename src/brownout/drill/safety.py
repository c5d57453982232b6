"""Sees, while a drill runs, that it does more harm than its profile allows, or can show nothing any more. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from brownout.config.units import in_words
from brownout.orders import BUDGET_SPENT, spans
from brownout.profile import Abort, Profile
from brownout.scenario import Scenario

FEWEST = 5
"""In fewer answers a share of errors is luck, and no reason to end anything."""
HONEST = frozenset(("ok", "refused", "turned_away"))
"""What an application may answer that counts as no error: an answer, and an honest word that there is none now."""


@dataclass
class Safety:
    """Takes the journal's rows as they come; ``why`` says in words which bound was passed, empty while none was.

    ``first_fault`` is the drill second from which on faults may strike, None where none ever does. Times are monotonic
    seconds; ``zero`` is set when the timeline begins.
    """

    bounds: Abort | None = None
    first_fault: float | None = None
    zero: float | None = None
    _recent: deque[tuple[float, bool]] = field(default_factory=deque)  # when an answer ended, and whether in an error
    _since: float | None = None
    _before: list[bool] = field(default_factory=list)  # answers before the first fault: whole or not
    _steady: bool = False
    _spent: bool = False

    def take(self, row: Mapping[str, Any]) -> None:
        """Count a row of the journal, if it is one that tells."""
        if self.bounds is None:
            return
        if row["kind"] == "process":
            self._spent = self._spent or (row.get("event") == "note" and row.get("detail") == BUDGET_SPENT)
        elif row["kind"] == "journey" and row.get("asks"):
            ended = row["t"] + row["duration"]
            if self.bounds.errors is not None:
                self._recent.append((ended, row["outcome"] not in HONEST))
                self._since = ended if self._since is None else min(ended, self._since)
            if self.zero is not None and self.first_fault is not None and ended < self.zero + self.first_fault:
                self._before.append(row["outcome"] == "ok")

    def why(self, now: float) -> str:
        """Why the drill has to end at monotonic second ``now``; empty where it may go on."""
        bounds, zero = self.bounds, self.zero
        if bounds is None or zero is None:
            return ""
        if bounds.budget and self._spent:
            return BUDGET_SPENT
        return self._unsteady(bounds, now - zero) or self._errors(bounds, now)

    def _unsteady(self, bounds: Abort, elapsed: float) -> str:
        """Asked once, when the first fault may strike."""
        if self._steady or self.first_fault is None or elapsed < self.first_fault:
            return ""
        self._steady = True
        asked, answered = len(self._before), sum(self._before)
        if bounds.steady_state is None or asked < FEWEST or answered >= bounds.steady_state * asked:
            return ""
        return (
            f"before the first fault only {answered:,} of {asked:,} questions were answered whole, and steady_state "
            f"asks for {100 * bounds.steady_state:.4g}%; an outage would show no more"
        )

    def _errors(self, bounds: Abort, now: float) -> str:
        if bounds.errors is None or self._since is None:
            return ""
        while self._recent and self._recent[0][0] <= now - bounds.window:
            self._recent.popleft()
        failed, ended = sum(bad for _, bad in self._recent), len(self._recent)
        if now - self._since < bounds.window or ended < FEWEST or failed <= bounds.errors * ended:
            return ""
        return (
            f"{failed:,} of {ended:,} answers were errors in the last {in_words(bounds.window)}, and abort allows "
            f"{100 * bounds.errors:.4g}%"
        )


def watching(profile: Profile, scenario: Scenario, speed: float) -> Safety:
    """For the bounds of a profile, in a scenario at a speed."""
    striking = [phase.phase for phase in scenario.phases if phase.rules]
    starts = [span.start for span in spans(scenario, speed) if span.name in striking]
    return Safety(profile.abort, min(starts, default=None))
