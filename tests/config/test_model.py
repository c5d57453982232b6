from __future__ import annotations

import pytest
from pydantic import ValidationError

from brownout.config.model import ErrorAt, Fraction, Frozen, PerSecond, Seconds
from brownout.library.schema import described


class Thing(Frozen):
    lasts: Seconds = 1.0
    """How long."""
    share: Fraction = 0.5
    rate: PerSecond = 2.0


def test_values_are_read_as_people_write_them() -> None:
    thing = Thing.model_validate({"lasts": "1m", "share": "25%", "rate": "120 rpm"})
    assert (thing.lasts, thing.share, thing.rate) == (60.0, 0.25, 2.0)


def test_a_value_cannot_be_changed_after_it_was_read() -> None:
    thing = Thing()
    with pytest.raises(ValidationError):
        thing.lasts = 3.0


def test_unknown_keys_are_refused() -> None:
    with pytest.raises(ValidationError, match="sare"):
        Thing.model_validate({"sare": 1})


def test_docstrings_of_attributes_reach_the_schema() -> None:
    assert described(Thing) == {"lasts": "How long."}


def test_a_dumped_value_is_read_again() -> None:
    thing = Thing(lasts=0.1 + 0.2, share=1 / 3, rate=1 / 7)
    assert Thing.model_validate(thing.model_dump()) == thing
    assert Thing.model_validate_json(thing.model_dump_json()) == thing


def test_an_error_can_lead_to_what_it_is_about() -> None:
    error = ErrorAt(("rules", 1), "no")
    assert error.path == ("rules", 1)
    assert str(error) == "no"
