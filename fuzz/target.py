"""A part that takes something in: what is thrown at it, and what has to hold whatever that is."""

from __future__ import annotations

import signal
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import ClassVar

from hypothesis.strategies import SearchStrategy

CPU = 10.0
"""Seconds that a case may take in this process: some hundred times what one needs."""


class Fell(Exception):
    """What did not hold, in a line that begins alike for whatever falls alike."""


class Target(ABC):
    """Takes cases. A case is the bytes of one file of the corpus, and nothing else decides what is played."""

    name: ClassVar[str]
    """Of its folder in the corpus."""
    suffix: ClassVar[str]
    """Of its files there."""
    kind: ClassVar[str]
    """What the page calls it."""

    def __init__(self, folder: Path) -> None:
        """Whatever it has to write goes into this folder."""
        self.folder = folder

    @abstractmethod
    def cases(self, corpus: list[bytes]) -> SearchStrategy[bytes]:
        """What is thrown at it; ``corpus`` has cases to begin from."""

    @abstractmethod
    def check(self, case: bytes) -> None:
        """Play one case. Raises Fell."""

    def close(self) -> None:  # noqa: B027 -- most have started nothing
        """End what it started."""


class _TooLong(BaseException):
    """A case uses up its time. Nothing on the way may take it for an error of its own."""


def _stop(signum: int, frame: FrameType | None) -> None:
    raise _TooLong


@contextmanager
def in_time(seconds: float = CPU) -> Iterator[None]:
    """Raises Fell once this process has computed for so long; for the main thread alone."""
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    except _TooLong:
        raise Fell(f"no end after {seconds:g} s of CPU") from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
