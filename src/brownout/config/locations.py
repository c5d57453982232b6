"""Walking a pydantic model's types, and a plain value, along a location such as ``("timeline", 0, "lasts")``. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from brownout.config.tagged import Tagged

Path: TypeAlias = tuple[str | int, ...]


def members(annotation: Any) -> list[Any]:
    """The types that an annotation stands for: a union's members, without Annotated and None."""
    origin = get_origin(annotation)
    if origin is Annotated:
        kind, *marks = get_args(annotation)
        tagged = next((mark for mark in marks if isinstance(mark, Tagged)), None)
        return list(tagged.types.values()) if tagged else members(kind)
    if origin in (Union, UnionType):
        return [inner for member in get_args(annotation) for inner in members(member)]
    return [] if annotation is type(None) else [annotation]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _fields(kind: Any) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in kind.model_fields.items()} if _is_model(kind) else {}


def step(kinds: Iterable[Any], part: str | int) -> list[Any]:
    """The types one part of a location further on. The name of a tagged union's member narrows the union to it."""
    kinds = list(kinds)
    types: list[Any] = []
    for kind in kinds:
        origin, arguments = get_origin(kind), get_args(kind)
        if part in _fields(kind):
            types += members(_fields(kind)[str(part)].annotation)
        elif origin in (tuple, list) and isinstance(part, int):
            types += members(arguments[0])
        elif origin is dict:
            types += members(arguments[1])
    if types:
        return types
    return [kind for kind in kinds if part in _tags(kind)] or kinds


def _tags(kind: Any) -> list[str]:
    """The words that alone may stand in one of its fields: what tells it from the other members of a union."""
    words = (literals(members(field.annotation)) for field in _fields(kind).values())
    return [only for only, *others in filter(None, words) if not others]


def at(model: type[BaseModel], location: Iterable[str | int]) -> list[Any]:
    """The types that may stand at a location."""
    kinds: list[Any] = [model]
    for part in location:
        kinds = step(kinds, part)
    return kinds


def keys(kinds: Iterable[Any]) -> list[str]:
    """The keys that the models among these types know, as the file spells them."""
    return list(dict.fromkeys(key for kind in kinds for key in _fields(kind)))


def literals(kinds: Iterable[Any]) -> list[str]:
    """The fixed words among these types."""
    return [str(word) for kind in kinds if get_origin(kind) is Literal for word in get_args(kind)]


def existing(value: Any, location: Sequence[str | int]) -> Path:
    """The parts of a location that exist in a plain value; names of union members and missing keys are left out."""
    path: list[str | int] = []
    for part in location:
        in_list = isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value)
        if in_list or (isinstance(value, dict) and part in value):
            value = value[part]
            path.append(part)
    return tuple(path)


def get(value: Any, path: Path) -> Any:
    """The part of a plain value at a path that exists."""
    for part in path:
        value = value[part]
    return value
