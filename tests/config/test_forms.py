"""How two models are written whose settings stand in one mapping."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import pytest
from pydantic import AfterValidator, Field, ValidationError, model_validator

from brownout.config.forms import form
from brownout.config.model import Frozen
from brownout.library.schema import described


def _even(number: int) -> int:
    if number % 2:
        raise ValueError("must be even")
    return number


class Host(Frozen):
    """Has a guest."""

    name: str = ""
    """What it is called."""
    size: int = Field(default=1, ge=1)
    """How large it is."""
    with_: int = Field(default=0, alias="with")

    @model_validator(mode="after")
    def _never(self) -> Self:
        raise ValueError("checks of several values are not in the form")


class Guest(Frozen):
    """Is in a host."""

    tag: str = ""
    colour: Annotated[int, AfterValidator(_even)] = 2
    """Which colour it has."""
    size: Literal["small", "large"] = "small"
    """How large it looks."""


FORM = form("Both", Host, Guest, doc="Both.", tag=(Literal["guest"], ...))


def test_all_keys_are_there_and_of_one_that_both_have_the_last_ones_counts() -> None:
    assert list(FORM.model_fields) == ["tag", "name", "size", "with_", "colour"]
    assert described(FORM)["size"] == "How large it looks."
    assert (FORM.__name__, FORM.__doc__, FORM.parts) == ("Both", "Both.", (Host, Guest))


def test_each_value_is_read_by_itself() -> None:
    written = {"tag": "guest", "with": 3, "colour": 4, "size": "large"}

    values = FORM.model_validate(written)

    assert values.model_dump(by_alias=True, exclude_unset=True) == written
    assert values.model_fields_set == {"tag", "with_", "colour", "size"}


def test_all_that_is_wrong_is_told_in_the_order_of_the_keys() -> None:
    with pytest.raises(ValidationError) as caught:
        FORM.model_validate({"shape": 1, "colour": 3, "size": 7, "with": "many", "tag": "host"})

    wrong = [(one["loc"], one["type"]) for one in caught.value.errors()]
    assert wrong == [
        (("tag",), "literal_error"),
        (("size",), "literal_error"),
        (("with",), "int_parsing"),
        (("colour",), "value_error"),
        (("shape",), "extra_forbidden"),
    ]
