"""Regular expressions of a profile, searched for in what an application says, in bounded time.

An expression such as ``(a+)+$`` can take for ever over thirty letters. Python's own engine looks for signals as it
goes, so a timer of CPU time ends it: https://docs.python.org/3/library/signal.html#signal.setitimer
"""

from __future__ import annotations

import re
import signal
from functools import lru_cache
from types import FrameType

LONGEST = 0.5
"""Seconds of CPU time that one search may take."""
MOST = 65_536
"""Characters that are looked at: the last ones, where an application says how an answer ended."""

_compile = lru_cache(maxsize=64)(re.compile)


class SearchTooSlow(RuntimeError):
    """An expression that backtracks without end."""


def search(pattern: str, text: str) -> str | None:
    """What the expression matches first in the text's end, in any case; None for nothing. Raises SearchTooSlow."""
    compiled = _compile(pattern, re.IGNORECASE | re.MULTILINE)
    tail = text[-MOST:]
    match = _bounded(compiled, tail)
    return match.group() if match else None


def _bounded(compiled: re.Pattern[str], text: str) -> re.Match[str] | None:
    def give_up(number: int, frame: FrameType | None) -> None:
        raise SearchTooSlow(
            f"the regular expression {compiled.pattern!r} took more than {LONGEST:g} s over {len(text):,} characters; "
            "write it without a repetition inside a repetition"
        )

    try:
        before = signal.signal(signal.SIGVTALRM, give_up)
    except ValueError:  # signals are the main thread's; there, in greenlets, the load reads its answers
        return compiled.search(text)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        return compiled.search(text)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
