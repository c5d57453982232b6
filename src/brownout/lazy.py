"""A registry whose entries are made when they are first looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, TypeVar

Entry = TypeVar("Entry")


class Lazy(Mapping[str, Entry]):
    """A mapping of names to what ``make`` gives for a name and its word in the table. Each entry is made once."""

    def __init__(self, table: Mapping[str, str], make: Callable[[str, str], Entry]) -> None:
        self._table, self._make = table, make
        self._made: dict[str, Entry] = {}

    def __getitem__(self, name: str) -> Entry:
        if name not in self._made:
            self._made[name] = self._make(name, self._table[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._table

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


def imported(module: str, name: str) -> Any:
    """What a module holds under a name."""
    return getattr(import_module(module), name)
