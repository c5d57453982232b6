"""A valid answer with nothing in it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from brownout.effects import End, Head, Send
from brownout.faults import Strike
from brownout.rule import Rule
from brownout.wire.framing import SseCutter


def test_a_chat_completion_has_no_words(rule_for: Callable[..., Rule], strike_for: Callable[..., Strike]) -> None:
    head, body, end = rule_for("empty_answer").program(strike_for())

    assert isinstance(head, Head)
    assert isinstance(body, Send)
    assert head.status == 200
    assert json.loads(body.data)["choices"][0]["message"]["content"] == ""
    assert end == End()


def test_a_message_has_no_blocks(rule_for: Callable[..., Rule], strike_for: Callable[..., Strike]) -> None:
    _, body, _ = rule_for("empty_answer", on="*").program(strike_for("anthropic.messages"))

    assert isinstance(body, Send)
    assert json.loads(body.data)["content"] == []


@pytest.mark.parametrize(
    ("service", "last"), [("openai.chat", b"data: [DONE]"), ("anthropic.messages", b"event: message_stop")]
)
def test_a_stream_ends_well_without_a_word(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike], service: str, last: bytes
) -> None:
    head, *events, end = rule_for("empty_answer", on="*").program(strike_for(service, stream=True))

    assert isinstance(head, Head)
    assert dict(head.headers)["content-type"].startswith("text/event-stream")
    sent = [event.data for event in events if isinstance(event, Send)]
    assert len(sent) == len(events)
    assert sent == SseCutter().feed(b"".join(sent))
    assert sent[-1].startswith(last)
    assert not any(b"text_delta" in event for event in sent)
    assert end == End()
