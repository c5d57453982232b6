"""Work that takes its time: a stage further each time somebody looks. No clock, and so the same in every run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


class Stages:
    """The stages of one piece of work, in order, and the Unix second in which each was seen first.

    One that is ``held`` does not come to its last stage before its release.
    """

    def __init__(self, *names: str, held: bool = False) -> None:
        self._names, self._held = names, held
        self._at = 0
        self.times: dict[str, int] = {}

    @property
    def now(self) -> str:
        """The name of the stage that it is in."""
        return self._names[self._at]

    @property
    def over(self) -> bool:
        """Whether it is in its last stage."""
        return self._at == len(self._names) - 1

    def look(self, second: int) -> str:
        """Go a stage further, and say which it is."""
        if not self.over and not (self._held and self._at == len(self._names) - 2):
            self._at += 1
            self.times[self.now] = second
        return self.now

    def release(self, last: str) -> None:
        """Let it end, as ``last``; what was turned another way meanwhile stays as it is."""
        if self._held:
            self._names, self._held = (*self._names[:-1], last), False

    def turn(self, second: int, *names: str) -> None:
        """Go on with other stages, as after a cancellation."""
        self._names, self._at, self._held = names, 0, False
        self.times[self.now] = second

    def finish(self, second: int) -> str:
        """Go on to the last stage, and say which it is."""
        self._held = False
        while not self.over:
            self.look(second)
        return self.now


@dataclass(frozen=True)
class Work:
    """Work that was accepted. ``finish`` brings it to its end in a Unix second, and says what that is.

    ``about`` is the user's text where there is one.
    """

    kind: Literal["batch", "fine_tuning", "response"]
    id: str
    about: str
    finish: Callable[[int], str]
