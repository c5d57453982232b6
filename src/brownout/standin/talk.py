"""A conversation over a WebSocket, without the socket: what is said at once, and what is said word by word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Later:
    """An answer: each message with the second it is due in, from its beginning. ``keep`` comes before the last one."""

    messages: tuple[bytes, ...]
    due: tuple[float, ...]
    keep: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Spoken:
    """What a client's message leads to: words at once, an answer after those under way, the end of the one that is."""

    at_once: tuple[bytes, ...] = ()
    later: Later | None = None
    cancels: bool = False


class Talk(Protocol):
    """One open connection's conversation."""

    def opens(self) -> tuple[bytes, ...]:
        """The messages that the platform sends before the client says anything."""

    def hears(self, message: bytes, busy: bool, now: int) -> Spoken:
        """What one message leads to, in Unix second ``now``; ``busy`` while an answer is under way."""

    def cancelled(self) -> tuple[bytes, ...]:
        """What is said when the client ended an answer."""
