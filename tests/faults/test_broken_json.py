"""JSON that no parser takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from support.made import SERVICES, made, said, tool_call

from brownout.exchange import Call
from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)

TOOL: dict[str, dict[str, Any]] = {
    "openai.chat": {
        "tools": [{"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}],
        "tool_choice": "required",
    },
    "openai.responses": {
        "tools": [{"type": "function", "name": "find", "parameters": {"type": "object"}}],
        "tool_choice": "required",
    },
    "anthropic.messages": {
        "tools": [{"name": "find", "input_schema": {"type": "object"}}],
        "tool_choice": {"type": "any"},
    },
}


@EVERY
@BOTH
@pytest.mark.parametrize("how", ["cut", "fenced", "prose", "trailing_comma"])
def test_the_text_looks_like_json_and_is_none(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, stream: bool, how: str
) -> None:
    answer = made(fault_for("broken_json", on="*", how=how).program(strike_for(service, stream)))

    text = said(service, answer)
    assert '{"answer": ' in text
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


@EVERY
@BOTH
def test_a_tool_that_must_be_called_gets_it_as_arguments(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    call_for: Callable[..., Call],
    service: str,
    stream: bool,
) -> None:
    call = call_for(service, stream=stream, **TOOL[service])

    name, arguments = tool_call(service, made(fault_for("broken_json", on="*").program(strike_for(call=call))))

    assert name == "find"
    if service == "anthropic.messages" and not stream:  # an object by definition: what cannot be read is empty there
        assert json.loads(arguments) == {}
        return
    with pytest.raises(json.JSONDecodeError):
        json.loads(arguments)


def test_only_what_is_answered_in_words_can_show_it(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call]
) -> None:
    assert fault_for("broken_json").applies(call_for())
    assert not fault_for("broken_json").applies(call_for("openai.embeddings"))
