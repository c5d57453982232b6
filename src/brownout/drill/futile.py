"""Sees, while a drill runs, that its profile does not fit the application: then going on shows no more. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from brownout.mistakes import mistake_in
from brownout.profile import Profile

ENOUGH = 10
"""So many questions without one answer, and each journey that asks must be among them."""
MOST_OF_THEM = 0.9


@dataclass
class Futile:
    """Takes the journal's rows as they come, until the platform begins to fail; ``asking`` names the journeys that ask.

    Each question has to look like a mistake of the profile's: an application that is broken in its own way is judged.
    """

    asking: frozenset[str]
    _asked: Counter[str] = field(default_factory=Counter)
    _mistaken: int = 0
    _called: bool = False
    _settled: bool = False

    def take(self, row: Mapping[str, Any]) -> None:
        """Count a row of the journal, if it is one that tells."""
        kind = row["kind"]
        if kind == "phase" and row["impact"] != "operational":
            self._settled = True
        elif kind == "exchange" and row.get("via") != "inbound":
            self._called = self._called or row.get("canary") is not None
            self._settled = self._settled or bool(row.get("injected"))
        elif kind == "journey" and not self._settled:
            mistake = mistake_in(row)
            if not row.get("asks") and mistake != "template":
                return
            self._asked[row["journey"]] += 1
            self._settled = row["outcome"] == "ok"
            self._mistaken += mistake is not None and not (mistake == "request" and self._called)

    @property
    def why(self) -> str:
        """Why the drill should stop; empty while there is hope, and once something was answered."""
        asked = self._asked.total()
        if self._settled or asked < ENOUGH or not self.asking or not self.asking <= self._asked.keys():
            return ""
        if self._mistaken < MOST_OF_THEM * asked:
            return ""
        return f"not one of {asked} questions was answered on a healthy platform, and the profile looks like the reason"


def watching(profile: Profile) -> Futile:
    """For the journeys of a profile; for users of its own Locust file it never gives up."""
    asking = (name for name, journey in profile.journeys.items() if any(step.asks for step in journey.steps))
    return Futile(frozenset(asking))
