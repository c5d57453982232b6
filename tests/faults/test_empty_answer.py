"""A valid answer with nothing in it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import End, Head, Send
from brownout.exchange import Call
from brownout.faults import Fault, Strike
from brownout.wire.framing import SseCutter


def test_a_chat_completion_has_no_words(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    head, body, end = fault_for("empty_answer").program(strike_for())

    assert isinstance(head, Head)
    assert isinstance(body, Send)
    assert head.status == 200
    assert json.loads(body.data)["choices"][0]["message"]["content"] == ""
    assert end == End()


def test_a_message_has_no_blocks(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    _, body, _ = fault_for("empty_answer", on="*").program(strike_for("anthropic.messages"))

    assert isinstance(body, Send)
    assert json.loads(body.data)["content"] == []


@pytest.mark.parametrize(
    ("service", "last"), [("openai.chat", b"data: [DONE]"), ("anthropic.messages", b"event: message_stop")]
)
def test_a_stream_ends_well_without_a_word(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, last: bytes
) -> None:
    head, *events, end = fault_for("empty_answer", on="*").program(strike_for(service, stream=True))

    assert isinstance(head, Head)
    assert dict(head.headers)["content-type"].startswith("text/event-stream")
    sent = [event.data for event in events if isinstance(event, Send)]
    assert len(sent) == len(events)
    assert sent == SseCutter().feed(b"".join(sent))
    assert sent[-1].startswith(last)
    assert not any(b"text_delta" in event for event in sent)
    assert end == End()


THINKS = {"thinking": {"type": "enabled", "budget_tokens": 1024}}


@pytest.mark.parametrize(("finish", "reason"), [("stop", "end_turn"), ("length", "max_tokens")])
def test_a_model_may_think_and_say_nothing(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    call_for: Callable[..., Call],
    finish: str,
    reason: str,
) -> None:
    fault = fault_for("empty_answer", on="*", thinking=True, finish=finish)
    _, body, _ = fault.program(strike_for(call=call_for("anthropic.messages", **THINKS)))
    _, bare, _ = fault.program(strike_for("anthropic.messages"))

    assert isinstance(body, Send)
    assert isinstance(bare, Send)
    message = json.loads(body.data)
    assert ([block["type"] for block in message["content"]], message["stop_reason"]) == (["thinking"], reason)
    assert json.loads(bare.data)["content"] == []


def test_only_what_is_answered_in_words_can_think(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call]
) -> None:
    assert not fault_for("empty_answer", thinking=True).applies(call_for("openai.embeddings"))
    assert fault_for("empty_answer").applies(call_for("openai.embeddings"))


def test_an_answer_that_ran_out_of_tokens_said_something(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="thinking: true"):
        fault_for("empty_answer", finish="length")
