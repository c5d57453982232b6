"""Writes that are acknowledged and never done."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from support.programs import needs_platform

from brownout.effects import Head, Send
from brownout.exchange import Call
from brownout.faults import Fault, Strike


def test_the_answer_is_healthy_and_the_platform_is_not_asked(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    program = fault_for("write_lost", words="Noted.").program(strike_for())

    head, body, _ = program
    assert isinstance(head, Head)
    assert isinstance(body, Send)
    assert head.status == 200
    assert json.loads(body.data)["choices"][0]["message"]["content"] == "Noted."
    assert not needs_platform(program)


def test_a_streamed_call_gets_a_whole_stream(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    program = fault_for("write_lost").program(strike_for(stream=True))

    assert b"[DONE]" in b"".join(effect.data for effect in program if isinstance(effect, Send))


@pytest.mark.parametrize(("method", "applies"), [("GET", False), ("HEAD", False), ("POST", True), ("DELETE", True)])
def test_reading_is_no_write(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call], method: str, applies: bool
) -> None:
    assert fault_for("write_lost").applies(call_for("openai.conversations", method=method)) is applies
