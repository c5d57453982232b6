"""What a checker answers: HELD, BROKEN, UNKNOWN or SKIPPED, with the journal rows that prove it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal, TypeAlias

OUTCOMES: Final[Mapping[str, str]] = {
    "ok": "a whole answer",
    "half": "half an answer, shown as if it were whole",
    "empty": "an empty answer",
    "error": "an error",
    "refused": "an honest refusal with a time to come back",
    "cut": "an answer that broke off visibly",
    "hung": "nothing until patience ended",
    "unreachable": "no connection to the application",
    "turned_away": "the channel's word that nobody answers there any more",
}
"""What a user met in a step, by the outcome that the journal has: said alike by checkers and reports."""


class Status(StrEnum):
    """BROKEN beats UNKNOWN beats HELD. SKIPPED was not put to the test, and counts for nothing."""

    SKIPPED = "SKIPPED"
    HELD = "HELD"
    UNKNOWN = "UNKNOWN"
    BROKEN = "BROKEN"

    @property
    def rank(self) -> int:
        """0 for SKIPPED, 1 for HELD, 2 for UNKNOWN, 3 for BROKEN."""
        return list(Status).index(self)

    @property
    def amiss(self) -> bool:
        """Whether there is something to do about it: BROKEN or UNKNOWN."""
        return self in (Status.UNKNOWN, Status.BROKEN)


@dataclass(frozen=True)
class Evidence:
    """One journal row that proves a verdict: what it shows, in words, and the row itself.

    ``zero`` is the ``zero`` of the longer drill that the row is from; None where it is from the drill that is told.
    """

    text: str
    row: dict[str, Any] = field(default_factory=dict)
    zero: float | None = None


Unit: TypeAlias = Literal["share", "seconds", "calls"]
Better: TypeAlias = Literal["higher", "lower"]


@dataclass(frozen=True)
class Figure:
    """What was measured, as a number, and from where to where the true one may lie.

    A ``share`` is between 0 and 1. ``better`` is which way is good for users.
    """

    value: float
    low: float
    high: float
    unit: Unit
    better: Better


@dataclass(frozen=True)
class Verdict:
    """The answer to one expectation.

    ``id`` is unique in a drill and stable between drills (``success during major_outage``); ``objective`` is what was
    asked for and ``measured`` what was found, both in words; ``finding`` says what happened to users in a sentence;
    ``next_step`` what to do about it. ``samples`` is how many observations the figure rests on. ``longer`` is how many
    times as long the drill has to last to say more: 1 where the same command is the next one, 0 where no run of this
    scenario will say more. ``figure`` is what ``measured`` says, for machines, of a share, a quantile or a ratio.
    ``void`` where something else took the ground from it, so that what was measured says nothing. ``again`` is the
    command that plays a drill in which something is BROKEN again, for this verdict alone. ``line`` is where the app
    profile asks for it; 0 where it does not, or where that is not known.
    """

    check: str
    id: str
    status: Status
    objective: str
    measured: str
    finding: str
    samples: int = 0
    evidence: tuple[Evidence, ...] = ()
    next_step: str | None = None
    journey: str | None = None
    during: tuple[str, ...] = ()
    longer: float = 1.0
    figure: Figure | None = None
    void: bool = False
    again: str = ""
    line: int = 0


def merge(statuses: Iterable[Status]) -> Status:
    """The verdict on all of them together; UNKNOWN for none at all, because nothing was shown."""
    return max(statuses, key=lambda status: status.rank, default=Status.UNKNOWN)


WHOLE = ("application_alive", "expect", "injection_proof", "profile_fits")
"""Checks on the drill as a whole, which no profile asks for."""


class ExitCode:
    """Exit codes of every command: what a machine reads."""

    HELD = 0
    BROKEN = 1
    BAD_INPUT = 2
    UNKNOWN = 3
    HARNESS = 4
    INTERRUPTED = 130


def exit_code(status: Status) -> int:
    """0 all held, 1 something broke, 3 no verdict, as where nothing was put to the test."""
    return {Status.HELD: ExitCode.HELD, Status.BROKEN: ExitCode.BROKEN}.get(status, ExitCode.UNKNOWN)
