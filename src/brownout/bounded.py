"""A mapping of bounded size, which forgets what was used longest ago."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """At most ``most`` values by their keys. What is put, or got, counts as just used; the rest goes first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._values: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: K) -> bool:
        return key in self._values

    def get(self, key: K) -> V | None:
        """The value, which now counts as just used; None where there is none."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def peek(self, key: K) -> V | None:
        """The value as ``get`` gives it, but not counted as used."""
        return self._values.get(key)

    def put(self, key: K, value: V) -> V | None:
        """Keep a value. Returns the one that is forgotten for it; None where there is room."""
        self._values[key] = value
        self._values.move_to_end(key)
        return self._values.popitem(last=False)[1] if len(self._values) > self.most else None

    def drop(self, key: K) -> V | None:
        """Forget a value, and give it back; None where there is none."""
        return self._values.pop(key, None)

    def values(self) -> tuple[V, ...]:
        """All values, the one that was used longest ago first."""
        return tuple(self._values.values())
