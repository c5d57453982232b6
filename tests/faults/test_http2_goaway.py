"""An HTTP/2 connection that the platform closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest
from h2.errors import ErrorCodes
from support.programs import needs_platform

from brownout.effects import Forward, GoAway
from brownout.faults import Fault, Strike
from brownout.faults.http2 import ErrorCode


def test_it_comes_inside_a_stream_unless_told_otherwise(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    fault = fault_for("http2_goaway", after="3 events")

    assert fault.program(strike_for(stream=True)) == (Forward(events=3), GoAway("NO_ERROR"))
    assert fault.needs_stream


def test_before_the_headers_plain_calls_suffer_it_too(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    fault = fault_for("http2_goaway", at="before_headers", error="ENHANCE_YOUR_CALM")
    program = fault.program(strike_for())

    assert program == (GoAway("ENHANCE_YOUR_CALM"),)
    assert not needs_platform(program)
    assert not fault.needs_stream


@pytest.mark.parametrize("error", get_args(ErrorCode))
def test_every_error_is_one_of_http2s_own(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], error: str
) -> None:
    assert fault_for("http2_goaway", error=error).program(strike_for(stream=True))[-1] == GoAway(error)
    assert ErrorCodes[error].name == error


def test_only_http2_on_an_intercepted_connection_carries_it(fault_for: Callable[..., Fault]) -> None:
    fault = fault_for("http2_goaway")

    assert (fault.needs_http, fault.carriers) == ("HTTP/2", ("intercept",))
