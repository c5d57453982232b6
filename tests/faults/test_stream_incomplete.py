"""A stream whose model stopped early."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import End, Forward, Send
from brownout.faults import Strike
from brownout.rule import Rule


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
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike], service: str, finish: str, says: bytes
) -> None:
    rule = rule_for("stream_incomplete", on="*", finish=finish, after="3 events")

    passed, closing, end = rule.program(strike_for(service, stream=True))

    assert (passed, end) == (Forward(events=3), End())
    assert isinstance(closing, Send)
    assert says in closing.data.replace(b'": ', b'":')


def test_a_model_stops_between_two_events(rule_for: Callable[..., Rule]) -> None:
    with pytest.raises(ValidationError, match="not bytes"):
        rule_for("stream_incomplete", after="400 bytes")


def test_another_reason_is_refused(rule_for: Callable[..., Rule]) -> None:
    with pytest.raises(ValidationError, match="finish"):
        rule_for("stream_incomplete", finish="lunch")
