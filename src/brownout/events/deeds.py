"""Rows about what the application did, beyond what it showed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from brownout.events.base import Event


@dataclass(frozen=True)
class EffectsRead(Event):
    """A user looked at what the application did for them: ``made`` effects for what they said in this iteration.

    ``duplicated``: canaries of messages that led to more than one; ``readable``: whether they could be read at all.
    Of effects that hold words of the stand-in: ``whole`` are canaries of messages that led to one with the end of these
    words, ``half`` to one without it, ``nameless`` is how many without it hold no canary either, of whomever.
    """

    kind: ClassVar[str] = "effects"
    placed: ClassVar[bool] = True
    journey: str
    user: int
    iteration: int
    readable: bool
    made: int
    duplicated: list[str] = field(default_factory=list)
    status: int | None = None
    t: float = 0.0
    detail: str = ""
    whole: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    nameless: int = 0


@dataclass(frozen=True)
class ToolHanded(Event):
    """The application handed a tool's result back to the platform: ``exchange`` is the call that did.

    ``call`` is the id that the platform gave the tool's call, ``canary`` that of the question. ``whole``: whether the
    arguments that the application took for the model's are so to their end; None where they do not tell. ``failed``:
    the result says that nothing was done.
    """

    kind: ClassVar[str] = "tool"
    placed: ClassVar[bool] = True
    exchange: str
    service: str
    canary: str | None
    tool: str
    call: str
    whole: bool | None
    failed: bool
    t: float = 0.0
