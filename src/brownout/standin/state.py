"""What the stand-in keeps between calls, in bounded memory: what was used longest ago goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from brownout.standin.answers import REMEMBERED, Memory, unique
from brownout.standin.stages import Stages

MAX_RESPONSES = 5_000
MAX_CONVERSATIONS = 2_000
MAX_ITEMS = 1_000
"""Items of one conversation."""
MAX_REPEATS = 20_000
"""Calls of which it is known how often the very same came before."""

V = TypeVar("V")


class Kept(Generic[V]):
    """A dictionary that forgets what was used longest ago."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._items: OrderedDict[str, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: str) -> V | None:
        """The value, which now counts as just used."""
        if key not in self._items:
            return None
        self._items.move_to_end(key)
        return self._items[key]

    def put(self, key: str, value: V) -> None:
        """Keep a value, and forget the oldest where there are too many."""
        self._items[key] = value
        self._items.move_to_end(key)
        while len(self._items) > self.most:
            self._items.popitem(last=False)

    def values(self) -> tuple[V, ...]:
        """All that is kept, what was used longest ago first."""
        return tuple(self._items.values())

    def drop(self, key: str) -> V | None:
        """Forget a value, and give it back."""
        return self._items.pop(key, None)


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
        self.responses: Kept[StoredResponse] = Kept(MAX_RESPONSES)
        self.conversations: Kept[Conversation] = Kept(MAX_CONVERSATIONS)
