"""What an answer still knows of its conversation: the canaries that it names, its own and others'. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from brownout.calls import canary
from brownout.calls.canary import REMEMBERED


@dataclass(frozen=True)
class Recall:
    """Fields of the same names as in ``events.JourneyStep``."""

    earlier: int = 0
    forgotten: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


def recall(text: str, answered: Sequence[str], marks: Collection[str]) -> Recall:
    """Hold a whole answer of the stand-in against what was said before it.

    ``answered`` are the canaries of this conversation's earlier questions that got an answer, oldest first: only of
    these the application knows for certain that they belong to it. ``marks`` are all that this user ever said.
    """
    named = dict.fromkeys(canary.find_all(text))
    # The stand-in lists so many at most, and the question's own may be among them.
    wanted = answered[-(REMEMBERED - 1) :]
    return Recall(
        earlier=len(wanted),
        forgotten=[mark for mark in wanted if mark not in named],
        foreign=[mark for mark in named if mark not in marks],
    )
