"""The order that stops every drill of this user, and lets none begin: a file that all processes look at.

``brownout stop`` writes it. Whoever plays faults looks at it before it begins and while it plays, so that an order that
is given in one terminal ends what another one, or a test run, has started.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from brownout import whole
from brownout.config.units import in_words
from brownout.config.yamlfile import InputError, Problem

EVERY = 0.25
"""Seconds between two looks at the file: who plays sees an order within a second."""
_UNREADABLE = "somebody (the file does not say who)"


@dataclass(frozen=True)
class Order:
    """Everything stands still, by order of somebody, since ``at`` and to ``until`` (Unix seconds; None: cleared)."""

    by: str
    at: float
    until: float | None = None

    @property
    def in_words(self) -> str:
        """``stopped by ann@host at 2026-02-03 14:00:05 for 10m``."""
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self.at))
        lasts = "until it is cleared" if self.until is None else f"for {in_words(max(0.0, self.until - self.at))}"
        return f"all drills were stopped by {self.by} at {when}, {lasts}"


def path() -> Path:
    """Where the order is, given or not: in the user's state folder, which XDG_STATE_HOME moves."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "brownout" / "stop"


def given(now: float | None = None) -> Order | None:
    """The order that counts at this moment; None where there is none, or its time is over.

    A file that cannot be read as an order is one: whoever made it wanted a stop.
    """
    place = path()
    try:
        written, text = place.stat().st_mtime, place.read_text("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return Order(_UNREADABLE, time.time() if now is None else now)
    order = _read(text) or Order(_UNREADABLE, written)
    over = order.until is not None and order.until <= (time.time() if now is None else now)
    return None if over else order


def _read(text: str) -> Order | None:
    try:
        value = json.loads(text)
        until = value["until"]
        return Order(str(value["by"]), float(value["at"]), None if until is None else float(until))
    except (ValueError, TypeError, KeyError):
        return None


def give(seconds: float | None = None) -> Order:
    """Order everything to stand still, for so long or until it is cleared. Raises OSError."""
    now, place = time.time(), path()
    order = Order(_me(), now, None if seconds is None else now + seconds)
    place.parent.mkdir(parents=True, exist_ok=True)
    whole.write(place, json.dumps(asdict(order)).encode())
    return order


def clear() -> bool:
    """Take the order back; whether there was one. Raises OSError."""
    order = given()
    path().unlink(missing_ok=True)
    return order is not None


def refuse() -> None:
    """Raises InputError, with who gave the order, when, and how to take it back, where everything is to stand still."""
    if order := given():
        raise _refusal(order)


def _refusal(order: Order) -> InputError:
    text = f"{order.in_words}; 'brownout stop --clear' lets them begin again"
    return InputError([Problem(str(path()), 0, 0, text)])


class Watch:
    """Asked all the time whether an order was given; looks at the file now and then."""

    def __init__(self, look: Callable[[], Order | None] = given, now: Callable[[], float] = time.monotonic) -> None:
        self._look, self._now = look, now
        self._next = -1.0
        self._order: Order | None = None

    @property
    def order(self) -> Order | None:
        """The order; once seen it stays, whatever becomes of the file."""
        now = self._now()
        if self._order is None and now >= self._next:
            self._next = now + EVERY
            self._order = self._look()
        return self._order

    def refuse(self) -> None:
        """Raises InputError, as ``standstill.refuse`` does, once an order was seen."""
        if order := self.order:
            raise _refusal(order)


def _me() -> str:
    name = "somebody"
    with contextlib.suppress(OSError, KeyError, ImportError):
        name = getpass.getuser()
    return f"{name}@{socket.gethostname()}"
