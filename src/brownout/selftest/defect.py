"""A planted defect, as a value: what is wrong, what must find it, and what brings it out. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from brownout import verdict
from brownout.verdict import Status

WHOLE = (*verdict.WHOLE, "resources", "storm")
"""Checks whose verdict is on a drill, or on an application, as a whole."""


@dataclass(frozen=True)
class Defect:
    """A defect is a journey of its own, played beside its twin: a journey that meets the same fault and is sound."""

    name: str
    bench: str
    """The drill in which it is played."""
    mistake: str
    """What the application does wrong, in a line."""
    check: str
    words: str
    """What finding or measured must say, by which it is told from other defects that the same check finds."""
    fault: str
    """What brings it out; empty where it shows on any day."""
    twin: str
    also: tuple[str, ...] = ()
    """Other checks that it breaks as well, rightly."""
    status: Status = Status.BROKEN
    """UNKNOWN of the two checks that say that a drill shows nothing."""
    apart: str = ""
    """The bench of its twin, where that is another one."""

    @property
    def home(self) -> str:
        """The bench in which its twin is played."""
        return self.apart or self.bench

    @property
    def journey(self) -> str | None:
        """The journey of its verdict; None where that is one on the drill as a whole."""
        return None if self.check in WHOLE else self.name
