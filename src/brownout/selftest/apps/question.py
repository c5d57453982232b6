"""A question to an application of the self-test, and a way to answer it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

SOON = 1.5
"""Seconds after which a sound way gives a call up for which it has a fallback."""
PATIENT = 20.0
"""Seconds for all other calls: no way but those about hangs may fail because the machine is slow."""


@dataclass(frozen=True)
class Question:
    """What a user says, where, and in which conversation."""

    way: str
    text: str
    talk: str

    @property
    def prompt(self) -> list[Any]:
        """The question alone, as the platform wants it."""
        return [{"role": "user", "content": self.text}]


Way = Callable[[Question], Awaitable[web.Response]]
