"""What the stand-in keeps between calls, in bounded memory: what was used longest ago goes first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from brownout.bounded import Bounded
from brownout.standin.answers import REMEMBERED, Memory, unique
from brownout.standin.stages import Stages

MAX_RESPONSES = 5_000
MAX_CONVERSATIONS = 2_000
MAX_ITEMS = 1_000
"""Items of one conversation."""
MAX_REPEATS = 20_000
"""Calls of which it is known how often the very same came before."""


def longer(memory: Memory, canaries: Iterable[str], tokens: int) -> Memory:
    """The memory of a conversation after one more exchange."""
    known = unique((*memory.canaries, *canaries))
    return Memory(tuple(known[-REMEMBERED:]), memory.tokens + tokens)


@dataclass(frozen=True)
class StoredResponse:
    """A response that can be retrieved and continued."""

    body: dict[str, Any]
    input_items: tuple[dict[str, Any], ...]
    memory: Memory
    stages: Stages | None = None
    """How far it is, where nobody waits for it (``background``)."""


@dataclass
class Conversation:
    """A conversation with its items, oldest first."""

    id: str
    created: int
    metadata: Any = None
    items: list[dict[str, Any]] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)

    def add(self, items: Iterable[dict[str, Any]]) -> None:
        """Append items; the oldest go where there are too many."""
        self.items.extend(items)
        del self.items[:-MAX_ITEMS]


class State:
    """Everything one stand-in keeps; lost when it ends."""

    def __init__(self) -> None:
        self.responses: Bounded[str, StoredResponse] = Bounded(MAX_RESPONSES)
        self.conversations: Bounded[str, Conversation] = Bounded(MAX_CONVERSATIONS)
