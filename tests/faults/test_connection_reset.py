"""A connection that breaks before an answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError
from support.programs import needs_platform

from brownout.effects import Rst
from brownout.faults import Fault, Strike


@pytest.mark.parametrize("stream", [False, True])
def test_the_connection_is_reset_and_the_platform_never_asked(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], stream: bool
) -> None:
    program = fault_for("connection_reset").program(strike_for(stream=stream))

    assert program == (Rst(),)
    assert not needs_platform(program)


def test_it_has_no_settings(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        fault_for("connection_reset", status=500)
