"""What a checker answers: HELD, BROKEN or UNKNOWN, with the journal rows that prove it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """BROKEN beats UNKNOWN beats HELD."""

    HELD = "HELD"
    UNKNOWN = "UNKNOWN"
    BROKEN = "BROKEN"

    @property
    def rank(self) -> int:
        """0 for HELD, 1 for UNKNOWN, 2 for BROKEN."""
        return list(Status).index(self)


@dataclass(frozen=True)
class Evidence:
    """One journal row that proves a verdict: what it shows, in words, and the row itself."""

    text: str
    row: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """The answer to one expectation.

    ``id`` is unique in a drill and stable between drills (``success during major_outage``); ``objective`` is what was
    asked for and ``measured`` what was found, both in words; ``finding`` says what happened to users in a sentence;
    ``next_step`` what to do about it. ``samples`` is how many observations the figure rests on.
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
    """0 all held, 1 something broke, 3 no verdict."""
    return {Status.HELD: ExitCode.HELD, Status.BROKEN: ExitCode.BROKEN, Status.UNKNOWN: ExitCode.UNKNOWN}[status]
