"""Rows of the journal: one kind each, plain values, and a column for every field."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, get_type_hints

import pytest

from brownout import events
from brownout.judging.record import TABLES, columns

KINDS = events.ROWS
NAMES = [row.__name__ for row in KINDS]
EXAMPLES: dict[Any, Any] = {str: "x", int: 1, float: 1.5, bool: True}


def _example(hint: Any) -> Any:
    if hint in EXAMPLES:
        return EXAMPLES[hint]
    return [] if str(hint).startswith("list") else {} if str(hint).startswith("dict") else None


def _defined(base: type[events.Event]) -> list[type[events.Event]]:
    """Every class of the package below this one, itself included."""
    below = [row for each in base.__subclasses__() for row in _defined(each)]
    return [base, *below] if base.__module__.startswith(f"{events.__name__}.") else below


def test_every_class_of_a_row_is_in_the_registry_but_for_the_bases_of_the_forms() -> None:
    defined = {row.__name__ for row in _defined(events.Event)}

    assert sorted(defined - {"Event", "ExchangeEnds", "Answered"}) == NAMES


def test_rows_share_a_kind_only_where_they_are_forms_of_an_exchange() -> None:
    forms = [row for row in KINDS if issubclass(row, events.ExchangeEnds)]
    others = [row.kind for row in KINDS if row not in forms]

    assert {row.kind for row in forms} == {"exchange"}
    assert sorted(row.form for row in forms) == ["call", "connection", "delivery", "websocket"]
    assert len(set(others)) == len(others) >= 11
    assert "exchange" not in others


def test_forms_of_a_kind_are_placed_and_kept_alike() -> None:
    for kind in {row.kind for row in KINDS}:
        assert len({(row.table, row.placed) for row in KINDS if row.kind == kind}) == 1


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_a_row_is_plain_json_with_its_kind(kind: type[events.Event]) -> None:
    hints = get_type_hints(kind)
    event = kind(**{field.name: _example(hints[field.name]) for field in fields(kind)})

    row = event.row()

    assert json.loads(json.dumps(row)) == row
    assert row["kind"] == kind.kind
    tag = {"form"} if issubclass(kind, events.ExchangeEnds) else set()
    assert set(row) == {"kind", *tag, *(field.name for field in fields(kind))}


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_every_field_has_a_column(kind: type[events.Event]) -> None:
    assert set(columns(kind)) == {"w", "at", "t", *(field.name for field in fields(kind))}


def test_columns_have_the_types_of_the_fields() -> None:
    shape = columns(*TABLES["exchange"])

    assert shape["t"] == "DOUBLE"
    assert shape["attempt"] == "BIGINT"
    assert shape["delivered"] == "BOOLEAN"
    assert shape["eligible"] == "VARCHAR[]"
    assert shape["draws"] == "JSON"
    assert shape["retry_after"] == "DOUBLE"


def test_no_field_is_meant_for_texts_or_keys() -> None:
    names = {field.name for kind in KINDS for field in fields(kind)}

    assert not names & {"text", "body", "prompt", "message", "messages", "api_key", "headers", "authorization"}
