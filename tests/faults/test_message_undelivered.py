"""Messages that WhatsApp accepted and that reach nobody."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.dialects import dialect_for
from brownout.effects import Forward, Rewrite
from brownout.exchange import Call, Request
from brownout.faults import FAULTS, Fault, Strike
from brownout.wire.edits_fate import Doomed


def message(**body: Any) -> Call:
    request = Request("POST", "graph.facebook.com", "/v25.0/106540352242922/messages", body=json.dumps(body).encode())
    return dialect_for("whatsapp.messages").read(request)


@pytest.mark.parametrize("code", [131026, 131047, 131049])
def test_the_message_is_passed_on_with_its_fate(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], code: int
) -> None:
    fault = fault_for("message_undelivered", on="whatsapp.messages", code=code)

    assert fault.program(strike_for()) == (Rewrite(Doomed(code=code)), Forward())


def test_a_mark_that_something_was_read_is_no_message(fault_for: Callable[..., Fault]) -> None:
    fault = fault_for("message_undelivered", on="whatsapp.messages")

    assert fault.applies(message(to="1650", type="text", text={"body": "Hello"}))
    assert not fault.applies(message(status="read", message_id="wamid.x"))


def test_another_code_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="code"):
        fault_for("message_undelivered", on="whatsapp.messages", code=131000)


def test_no_real_platform_does_what_we_say() -> None:
    assert FAULTS["message_undelivered"].standin
