"""Work that takes its time: a stage further each time somebody looks. No clock, and so the same in every run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


class Stages:
    """The stages of one piece of work, in order, and the Unix second in which each was seen first."""

    def __init__(self, *names: str) -> None:
        self._names = names
        self._at = 0
        self.times: dict[str, int] = {}

    @property
    def now(self) -> str:
        """The stage it is in."""
        return self._names[self._at]

    @property
    def over(self) -> bool:
        """Whether it is in its last stage."""
        return self._at == len(self._names) - 1

    def look(self, second: int) -> str:
        """Go a stage further, and say which it is."""
        if not self.over:
            self._at += 1
            self.times[self.now] = second
        return self.now

    def turn(self, second: int, *names: str) -> None:
        """Go on with other stages, as after a cancellation."""
        self._names, self._at = names, 0
        self.times[self.now] = second

    def finish(self, second: int) -> str:
        """Go on to the last stage, and say which it is."""
        while not self.over:
            self.look(second)
        return self.now


@dataclass(frozen=True)
class Work:
    """Work that was accepted. ``finish`` brings it to its end in a Unix second, and says what that is.

    ``about`` is the user's text where there is one.
    """

    kind: Literal["batch", "response"]
    id: str
    about: str
    finish: Callable[[int], str]
