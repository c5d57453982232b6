"""A platform that gives up on its own model."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError
from support.made import SERVICES, made

from brownout.effects import Wait
from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)


@BOTH
@pytest.mark.parametrize(
    ("service", "status", "type"),
    [
        ("openai.chat", 408, "internal_error"),
        ("openai.responses", 408, "internal_error"),
        ("anthropic.messages", 504, "timeout_error"),
    ],
)
def test_each_provider_has_its_own_status(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    service: str,
    status: int,
    type: str,
    stream: bool,
) -> None:
    answer = made(fault_for("platform_timeout", on="*").program(strike_for(service, stream)))

    assert (answer.status, answer.json["error"]["type"]) == (status, type)


@EVERY
def test_status_and_silence_can_be_set(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str
) -> None:
    wait, *rest = fault_for("platform_timeout", on="*", wait="60s", status=504).program(strike_for(service, speed=10))

    assert wait == Wait(60)
    assert made(tuple(rest)).status == 504


def test_a_status_that_is_no_timeout_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="status"):
        fault_for("platform_timeout", status=500)
