"""Sessions that have lasted as long as they may."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from brownout.dialects import dialect_for
from brownout.effects import Close, Messages
from brownout.exchange import Request
from brownout.faults import Fault, Strike


@pytest.mark.parametrize(
    ("service", "path", "code"),
    [
        ("openai.realtime", "/v1/realtime", "session_expired"),
        ("openai.responses", "/v1/responses", "websocket_connection_limit_reached"),
    ],
)
def test_the_platform_says_why_before_it_closes(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, path: str, code: str
) -> None:
    call = dialect_for(service).read(Request("GET", "api.openai.com", path, headers={"upgrade": "websocket"}))
    (effect,) = fault_for("session_expired", after="3 messages").program(strike_for(call=call))

    assert isinstance(effect, Messages)
    assert isinstance(effect.change, Close)
    assert (effect.skip, effect.change.code) == (3, 1001)
    (message,) = map(json.loads, effect.change.words)
    assert (message["type"], message["error"]["code"]) == ("error", code)
    assert "60 minutes" in message["error"]["message"]
