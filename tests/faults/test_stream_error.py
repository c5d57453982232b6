"""An error event inside a stream."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from pydantic import ValidationError
from support.every_call import begun
from support.every_call import call_for as every_call_for

from brownout.effects import End, Forward, Sequel
from brownout.exchange import Call
from brownout.faults import FAULTS, Fault, Strike
from brownout.wire import eventstream


def test_after_so_many_events_the_platform_reports_an_error(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    forward, error, end = fault_for("stream_error", after="8 events").program(strike_for(stream=True))

    assert forward == Forward(events=8)
    assert isinstance(error, Sequel)
    assert json.loads(error.make(()).removeprefix(b"data: "))["error"]["type"] == "server_error"
    assert end == End()


@pytest.mark.parametrize(
    ("error", "type"),
    [("server_error", "api_error"), ("overloaded", "overloaded_error"), ("rate_limit", "rate_limit_error")],
)
def test_anthropic_names_each_error_in_an_error_event(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], error: str, type: str
) -> None:
    program = fault_for("stream_error", on="*", error=error).program(strike_for("anthropic.messages", stream=True))

    sent = program[1]
    assert isinstance(sent, Sequel)
    name, data, *_ = sent.make(()).decode().split("\n")
    assert name == "event: error"
    assert json.loads(data.removeprefix("data: "))["error"]["type"] == type


def test_openai_responses_number_the_error_after_what_was_sent(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call_for: Callable[..., Call]
) -> None:
    call = call_for("openai.responses", stream=True, input="Where is my parcel?")

    sent = fault_for("stream_error", after="7 events").program(strike_for(call=call))[1]

    assert isinstance(sent, Sequel)
    events = [
        json.loads(line[6:]) for line in sent.make(begun(call, 7)).decode().splitlines() if line.startswith("data: ")
    ]
    assert [event["sequence_number"] for event in events] == [7, 8]
    assert [event["type"] for event in events] == ["error", "response.failed"]


def test_the_wait_in_the_text_passes_at_the_scenarios_speed(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    fault = fault_for("stream_error", error="rate_limit", retry_after="144s")

    sent = fault.program(strike_for(stream=True, speed=120))[1]

    assert isinstance(sent, Sequel)
    assert b"try again in 1.2s" in sent.make(())


def test_an_error_never_comes_inside_an_event(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="takes '8 events', not bytes"):
        fault_for("stream_error", after="400 bytes")


def test_only_streams_can_fail_in_this_way() -> None:
    assert FAULTS["stream_error"].streams_only
    assert FAULTS["stream_error"].positioned


def test_a_models_own_error_is_bedrocks(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    fault = fault_for("stream_error", on="*", error="model_error")
    call = every_call_for("bedrock.converse")

    sent = fault.program(strike_for(call=call))[1]

    assert fault.shown_by == "bedrock.*"
    assert isinstance(sent, Sequel)
    headers, payload = eventstream.decode(sent.make(()))
    assert headers[":exception-type"] == "modelStreamErrorException"
    assert json.loads(payload)["originalStatusCode"] == 424
