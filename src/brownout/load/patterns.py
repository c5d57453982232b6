"""Regular expressions of a profile, searched for in what an application says, in bounded time.

An expression such as ``(a+)+$`` can take for ever over thirty letters. Python's own engine looks for signals as it
goes, so a timer of CPU time ends it: https://docs.python.org/3/library/signal.html#signal.setitimer
"""

from __future__ import annotations

import contextlib
import re
import signal
from collections.abc import Iterator
from functools import lru_cache
from types import FrameType

LONGEST = 0.5
"""Seconds of CPU time that one search may take."""
MOST = 65_536
"""Characters that are looked at: the last ones, where an application says how an answer ended."""

_SHOWN = 80  # characters of an expression
_compile = lru_cache(maxsize=64)(re.compile)
_TOO_SLOW: dict[str, str] = {}
"""Expressions that took too long once, and why: each search more would keep all users of the load waiting."""


class TookTooLong(RuntimeError):
    """Something that a profile says takes more time than anything of its kind can need."""


class SearchTooSlow(TookTooLong):
    """An expression that backtracks without end."""


def search(pattern: str, text: str) -> str | None:
    """What the expression matches first in the text's end, in any case; None for nothing. Raises SearchTooSlow."""
    match = _match(pattern, text)
    return match.group() if match else None


def capture(pattern: str, text: str) -> str | None:
    """The first group of what ``search`` matches, or all of it where there is none. Raises SearchTooSlow."""
    match = _match(pattern, text)
    return match and (match.group(1) if match.re.groups else match.group())


def _match(pattern: str, text: str) -> re.Match[str] | None:
    return _bounded(_compile(pattern, re.IGNORECASE | re.MULTILINE), text[-MOST:])


def _bounded(compiled: re.Pattern[str], text: str) -> re.Match[str] | None:
    shown = compiled.pattern if len(compiled.pattern) <= _SHOWN else f"{compiled.pattern[: _SHOWN - 1]}…"
    why = f"the regular expression '{shown}' took more than {LONGEST:g} s over {len(text):,} characters"
    if compiled.pattern in _TOO_SLOW:
        raise SearchTooSlow(_TOO_SLOW[compiled.pattern])
    try:
        with within_cpu_time(LONGEST, why, SearchTooSlow):
            return compiled.search(text)
    except SearchTooSlow:
        _TOO_SLOW[compiled.pattern] = why
        raise


@contextlib.contextmanager
def within_cpu_time(seconds: float, why: str, error: type[TookTooLong] = TookTooLong) -> Iterator[None]:
    """Let what is done meanwhile take so much of this process's time. Raises ``error``, which says why."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise error(why)

    try:
        before = signal.signal(signal.SIGVTALRM, give_up)
    except ValueError:  # signals are the main thread's; there, in greenlets, the load reads its answers
        yield
        return
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
