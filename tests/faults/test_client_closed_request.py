"""A 499 after a silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.made import SERVICES, made

from brownout.effects import Wait
from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)


@EVERY
@BOTH
def test_a_499_in_the_style_of_nginx_comes_after_a_silence(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, stream: bool
) -> None:
    wait, *rest = fault_for("client_closed_request", on="*", wait="2s").program(strike_for(service, stream, speed=10))

    answer = made(tuple(rest))
    assert wait == Wait(2)
    assert (answer.status, answer.headers["server"]) == (499, "nginx")
    assert b"<center><h1>499 Client Closed Request</h1></center>" in answer.body
    assert not {"x-request-id", "request-id"} & set(answer.headers)


def test_it_can_come_at_once(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert made(fault_for("client_closed_request", wait=0).program(strike_for())).status == 499
