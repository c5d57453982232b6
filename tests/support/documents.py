"""Documents of lists and mappings, with any one value replaced."""

from __future__ import annotations

import copy
from typing import Any


def paths(value: Any, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to every value of a document, the document itself included."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(path for key, child in children for path in paths(child, (*here, key)))]


def replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """A document with another value at that place; the one that was given stays as it is."""
    if not path:
        return new
    value = copy.copy(value)
    value[path[0]] = replaced(value[path[0]], path[1:], new)
    return value
