"""Things kept in the order in which they came, in bounded memory: the oldest go first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

V = TypeVar("V")


@dataclass(frozen=True)
class StoredFile:
    """A file that is kept: what its platform shows of it, and its bytes."""

    shown: dict[str, Any]
    data: bytes


class Shelf(Generic[V]):
    """At most ``most`` things that together weigh at most ``weight``, each as much as ``weigh`` says."""

    def __init__(self, most: int, weight: int = 0, weigh: Callable[[V], int] = lambda thing: 0) -> None:
        self.most, self.weight = most, weight
        self._weigh = weigh
        self._things: dict[str, V] = {}
        self._load = 0

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: str) -> V | None:
        """The thing of that name, or None."""
        return self._things.get(key)

    def put(self, key: str, thing: V) -> None:
        """Add a thing; the oldest are forgotten where there are too many, but never the one just added."""
        self.drop(key)
        self._things[key] = thing
        self._load += self._weigh(thing)
        while len(self._things) > 1 and (len(self._things) > self.most or self._load > self.weight):
            self.drop(next(iter(self._things)))

    def drop(self, key: str) -> V | None:
        """Forget a thing, and give it back."""
        thing = self._things.pop(key, None)
        if thing is not None:
            self._load -= self._weigh(thing)
        return thing

    def all(self) -> list[V]:
        """Everything on the shelf, the oldest first."""
        return list(self._things.values())
