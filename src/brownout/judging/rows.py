"""What a row of a journal must be: what its writer's class says. Readers and writers share these classes."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Any, NotRequired, get_type_hints

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from brownout import events
from brownout.config.complaints import in_one_line

LATEST = 1e12
"""No time in seconds is as far off, be it of a clock that counts from the start of a machine or from 1970."""
_TIMES = ("t", "at")


def flaw_of(row: dict[str, Any]) -> str | None:
    """What keeps a row from being used, in words; None where it is whole, or of no kind known here."""
    kind = row.get("kind")
    if not isinstance(kind, str):
        return f"kind: no kind of row: {str(kind)[:40]}"
    for name in _TIMES:
        value = row.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LATEST:
            return f"{name}: no time in seconds: {str(value)[:40]}"
    key = _key_of(kind, row.get("form"))
    if key is None:
        return f"form: no such form of {kind}" if kind in _kinds() else None
    try:
        _schema(key).validate_python(row, strict=True)  # a text is no number, and a number no text
    except ValidationError as error:
        return in_one_line(error)
    return _beyond(row)


def _beyond(row: dict[str, Any]) -> str | None:
    """A figure that no arithmetic could use."""
    beyond = next((name for name, value in row.items() if _is_beyond(value)), None)
    return None if beyond is None else f"{beyond}: no figure that could be meant"


def _is_beyond(value: object) -> bool:
    """Whether a value is, or holds, such a figure."""
    if isinstance(value, dict):
        return any(map(_is_beyond, value.values()))
    if isinstance(value, list):
        return any(map(_is_beyond, value))
    return isinstance(value, int | float) and not abs(value) < (LATEST if isinstance(value, float) else 2**63)


@cache
def _forms() -> dict[tuple[str, str | None], type[events.Event]]:
    return {(row.kind, getattr(row, "form", None)): row for row in events.ROWS}


@cache
def _kinds() -> frozenset[str]:
    return frozenset(kind for kind, _ in _forms())


def _key_of(kind: str, form: object) -> tuple[str, str | None] | None:
    """Whose class a row has to fit. A row of a kind with several forms says which it is; the others say none."""
    keys = ((kind, form if isinstance(form, str) else None), (kind, None))
    return next((key for key in keys if key in _forms()), None)


@cache
def _schema(key: tuple[str, str | None]) -> TypeAdapter[dict[str, Any]]:
    """The fields of a class as those of a JSON object; what has a default may be missing, as in older journals."""
    form = _forms()[key]
    hints = get_type_hints(form)
    keys = {
        field.name: hints[field.name] if _required(field) else NotRequired[hints[field.name]] for field in fields(form)
    }
    return TypeAdapter(TypedDict(form.__name__, keys))  # type: ignore[operator]


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING
