"""A connection that nobody takes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError
from support.programs import needs_platform

from brownout.effects import Rst
from brownout.faults import Fault, Strike
from brownout.rule import Rule


def test_the_connection_is_reset_and_the_platform_never_asked(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    program = fault_for("connection_refused").program(strike_for())

    assert program == (Rst(),)
    assert not needs_platform(program)


@pytest.mark.parametrize("on", ["openai.chat", "openai.*", "openai.connection", "openai.*t"])
def test_it_strikes_connections_to_the_platform_of_any_service(rule_for: Callable[..., Rule], on: str) -> None:
    assert rule_for("connection_refused", on=on).covers == {"openai.connection"}


def test_every_platform_has_connections(rule_for: Callable[..., Rule]) -> None:
    assert {"anthropic.connection", "openai.connection"} <= rule_for("connection_refused", on="*").covers


def test_it_has_no_settings(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        fault_for("connection_refused", status=500)
