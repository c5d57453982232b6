"""A stream whose model stopped early."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError
from support.every_call import begun

from brownout.effects import Ask, End, Forward, Sequel
from brownout.exchange import Call
from brownout.faults import Fault, Strike


@pytest.mark.parametrize(
    ("service", "finish", "says"),
    [
        ("openai.chat", "length", b'"finish_reason":"length"'),
        ("openai.chat", "content_filter", b'"finish_reason":"content_filter"'),
        ("openai.responses", "length", b'"reason":"max_output_tokens"'),
        ("anthropic.messages", "length", b'"stop_reason":"max_tokens"'),
    ],
)
def test_the_platform_closes_the_stream_in_its_own_words(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, finish: str, says: bytes
) -> None:
    fault = fault_for("stream_incomplete", on="*", finish=finish, after="3 events")

    strike = strike_for(service, stream=True)

    passed, closing, *_, end = fault.program(strike)

    assert (passed, end) == (Forward(events=3), End())
    assert isinstance(closing, Sequel)
    assert says in closing.make(begun(strike.call, 3)).replace(b'": ', b'":')


@pytest.mark.parametrize(
    ("service", "body", "asks"),
    [
        ("openai.chat", {}, False),
        ("openai.chat", {"store": True}, True),
        ("openai.responses", {}, True),
        ("openai.responses", {"store": False}, False),
        ("anthropic.messages", {}, False),
    ],
)
def test_an_answer_that_is_kept_is_known_to_the_platform_afterwards(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    call_for: Callable[..., Call],
    service: str,
    body: dict[str, bool],
    asks: bool,
) -> None:
    program = fault_for("stream_incomplete", on="*").program(strike_for(call=call_for(service, stream=True, **body)))

    assert any(isinstance(effect, Ask) for effect in program) is asks


def test_what_is_over_cannot_stop_early(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    strike = strike_for(stream=True)
    closing = fault_for("stream_incomplete").program(strike)[1]

    assert isinstance(closing, Sequel)
    assert closing.make(begun(strike.call, 1000)) == b""


def test_a_model_stops_between_two_events(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="not bytes"):
        fault_for("stream_incomplete", after="400 bytes")


def test_another_reason_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="finish"):
        fault_for("stream_incomplete", finish="lunch")
