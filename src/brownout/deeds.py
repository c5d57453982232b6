"""The rows of a journal about what the application did, beyond what it showed: see ``brownout.events``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from brownout.events import Event


@dataclass(frozen=True)
class EffectsRead(Event):
    """A user looked at what the application did for them: ``made`` effects for what they said in this iteration.

    ``duplicated``: canaries of messages that led to more than one; ``readable``: whether they could be read at all.
    """

    kind: ClassVar[str] = "effects"
    journey: str
    user: int
    iteration: int
    readable: bool
    made: int
    duplicated: list[str] = field(default_factory=list)
    status: int | None = None
    t: float = 0.0
    detail: str = ""
