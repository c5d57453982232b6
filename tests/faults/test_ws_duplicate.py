"""Messages of a WebSocket that come twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import Messages, Twice
from brownout.exchange import Call, Request
from brownout.faults import Strike
from brownout.rule import Rule

OPENED = Call("openai.realtime", Request("GET", "api.openai.com", "/v1/realtime"), upgrade=True)


def test_the_sixth_message_comes_twice(rule_for: Callable[..., Rule], strike_for: Callable[..., Strike]) -> None:
    assert rule_for("ws_duplicate").program(strike_for(call=OPENED)) == (Messages(Twice(), "platform", 5, 1),)


def test_doubling_nothing_is_refused(rule_for: Callable[..., Rule]) -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        rule_for("ws_duplicate", count=0)
