"""Webhooks that come more than once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import Deliver
from brownout.faults import Fault, Strike


def test_it_comes_twice_or_more_often(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert fault_for("webhook_duplicated").program(strike_for()) == (Deliver(copies=2),)
    assert fault_for("webhook_duplicated", copies=5).program(strike_for()) == (Deliver(copies=5),)


def test_once_is_not_more_than_once(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError):
        fault_for("webhook_duplicated", copies=1)
