"""Messages of a WebSocket that come twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import Messages, Twice
from brownout.exchange import Call, Request
from brownout.faults import Fault, Strike

OPENED = Call("openai.realtime", Request("GET", "api.openai.com", "/v1/realtime"), upgrade=True)


def test_the_sixth_message_comes_twice(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert fault_for("ws_duplicate").program(strike_for(call=OPENED)) == (Messages(Twice(), "platform", 5, 1),)


def test_doubling_nothing_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        fault_for("ws_duplicate", count=0)
