"""Rows of the journal: one kind each, plain values, and a column for every field."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, get_type_hints

import pytest

from brownout import events, revisits
from brownout.judging.record import columns

KINDS = sorted(events.Event.__subclasses__(), key=lambda kind: kind.__name__)
KINDS = [kind for kind in KINDS if kind.__module__ in (events.__name__, revisits.__name__)]
EXAMPLES: dict[Any, Any] = {str: "x", int: 1, float: 1.5, bool: True}


def _example(hint: Any) -> Any:
    if hint in EXAMPLES:
        return EXAMPLES[hint]
    return [] if str(hint).startswith("list") else {} if str(hint).startswith("dict") else None


def test_no_two_kinds_share_a_name() -> None:
    assert len({kind.kind for kind in KINDS}) == len(KINDS) >= 11


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_a_row_is_plain_json_with_its_kind(kind: type[events.Event]) -> None:
    hints = get_type_hints(kind)
    event = kind(**{field.name: _example(hints[field.name]) for field in fields(kind)})

    row = event.row()

    assert json.loads(json.dumps(row)) == row
    assert row["kind"] == kind.kind
    assert set(row) == {"kind", *(field.name for field in fields(kind))}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_field_has_a_column(kind: type[events.Event]) -> None:
    assert set(columns(kind)) == {"w", "at", "t", *(field.name for field in fields(kind))}


def test_columns_have_the_types_of_the_fields() -> None:
    shape = columns(events.ExchangeEnds)

    assert shape["t"] == "DOUBLE"
    assert shape["attempt"] == "BIGINT"
    assert shape["delivered"] == "BOOLEAN"
    assert shape["eligible"] == "VARCHAR[]"
    assert shape["draws"] == "JSON"
    assert shape["retry_after"] == "DOUBLE"


def test_no_field_is_meant_for_texts_or_keys() -> None:
    names = {field.name for kind in KINDS for field in fields(kind)}

    assert not names & {"text", "body", "prompt", "message", "messages", "api_key", "headers", "authorization"}
