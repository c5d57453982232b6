"""An answer that ran out."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from pydantic import ValidationError
from support.made import SERVICES, ending, made, said

from brownout.exchange import Call
from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)

ENDS = {"openai.chat": "length", "openai.responses": "max_output_tokens", "anthropic.messages": "max_tokens"}


@EVERY
@BOTH
def test_a_few_words_end_for_want_of_length(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, stream: bool
) -> None:
    answer = made(fault_for("answer_truncated", on="*", words=5).program(strike_for(service, stream)))

    assert answer.status == 200
    assert said(service, answer) == "Thank you for the question."
    assert ending(service, answer) == ENDS[service]


@pytest.mark.parametrize("stream", [False, True])
def test_where_json_is_asked_for_half_of_it_comes(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call_for: Callable[..., Call], stream: bool
) -> None:
    call = call_for(stream=stream, response_format={"type": "json_object"})

    answer = made(fault_for("answer_truncated").program(strike_for(call=call)))

    with pytest.raises(json.JSONDecodeError):
        json.loads(said("openai.chat", answer))
    assert ending("openai.chat", answer) == "length"


def test_only_what_is_answered_in_words_can_show_it(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call]
) -> None:
    fault = fault_for("answer_truncated", on="*")

    assert all(fault.applies(call_for(service)) for service in SERVICES)
    assert not fault.applies(call_for("openai.embeddings"))
    assert not fault.applies(call_for("openai.conversations"))


@pytest.mark.parametrize("words", [0, 1000])
def test_a_number_of_words_beyond_the_text_is_refused(fault_for: Callable[..., Fault], words: int) -> None:
    with pytest.raises(ValidationError, match="words"):
        fault_for("answer_truncated", words=words)
