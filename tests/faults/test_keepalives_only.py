"""A stream of nothing but signs of life."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import Forward, ForwardHead, Hang, Head
from brownout.exchange import Reply
from brownout.faults import FAULTS, Fault, Strike
from brownout.faults.keepalives_only import _beat


@pytest.mark.parametrize(
    ("service", "beat"),
    [
        ("openai.chat", b": keep-alive\n\n"),
        ("openai.responses", b": keep-alive\n\n"),
        ("anthropic.messages", b'event: ping\ndata: {"type":"ping"}\n\n'),
    ],
)
def test_after_the_head_comes_what_the_platform_keeps_streams_alive_with(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, beat: bytes
) -> None:
    head, hang = fault_for("keepalives_only", on="*", every="5s").program(strike_for(service, stream=True))

    assert isinstance(head, Head)
    assert head.status == 200
    assert any("text/event-stream" in value for _, value in head.headers)
    assert hang == Hang(None, beat, 5.0)


@pytest.mark.parametrize(
    ("content_type", "beat"), [("application/x-ndjson", b"\n"), ("application/vnd.amazon.eventstream", b"")]
)
def test_a_stream_that_is_none_of_events_gets_what_its_framing_passes_over(content_type: str, beat: bytes) -> None:
    assert _beat(Reply(200, (("Content-Type", content_type),)), ()) == beat


def test_it_can_be_let_go_after_a_while(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    _, hang = fault_for("keepalives_only", release_after="2m").program(strike_for(stream=True))

    assert isinstance(hang, Hang)
    assert (hang.seconds, hang.every) == (120.0, 15.0)


def test_only_streams_are_kept_alive() -> None:
    assert FAULTS["keepalives_only"].streams_only


def test_the_answer_may_come_after_all(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    fault = fault_for("keepalives_only", release_after="30s", then="answer")

    head, hang, forward = fault.program(strike_for(stream=True))

    assert (head, forward) == (ForwardHead(), Forward())
    assert hang == Hang(30.0, b": keep-alive\n\n", 15.0, goes_on=True)


def test_an_answer_comes_after_a_time_that_is_said(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="release_after"):
        fault_for("keepalives_only", then="answer")
