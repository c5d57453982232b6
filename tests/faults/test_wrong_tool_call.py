"""A tool call that cannot be carried out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from support.made import SERVICES, made, tool_call

from brownout.exchange import Call
from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)

TOOLS: dict[str, list[dict[str, Any]]] = {
    "openai.chat": [{"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}],
    "openai.responses": [{"type": "function", "name": "find", "parameters": {"type": "object"}}],
    "anthropic.messages": [{"name": "find", "input_schema": {"type": "object"}}],
}


@EVERY
@BOTH
@pytest.mark.parametrize("wrong", ["invalid_json", "wrong_arguments", "invented_tool"])
def test_each_way_of_being_wrong_is_a_tool_call(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    call_for: Callable[..., Call],
    service: str,
    stream: bool,
    wrong: str,
) -> None:
    call = call_for(service, stream=stream, tools=TOOLS[service])
    fault = fault_for("wrong_tool_call", on="*", wrong=wrong)
    assert fault.applies(call)

    name, arguments = tool_call(service, made(fault.program(strike_for(call=call))))

    assert (name == "find") is (wrong != "invented_tool")
    if wrong == "invalid_json" and (stream or service != "anthropic.messages"):
        with pytest.raises(json.JSONDecodeError):
            json.loads(arguments)
    elif wrong == "wrong_arguments":
        assert json.loads(arguments) == {"unexpected": "yes", "depth": [1, 2, 3]}


def test_an_invented_tool_is_never_one_that_was_offered(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call_for: Callable[..., Call]
) -> None:
    names = ["fetch_customer_record", "fetch_customer_record_2"]
    call = call_for("anthropic.messages", tools=[{"name": name, "input_schema": {}} for name in names])

    program = fault_for("wrong_tool_call", on="*", wrong="invented_tool").program(strike_for(call=call))

    assert tool_call("anthropic.messages", made(program))[0] not in names


@EVERY
def test_a_call_without_tools_is_left_alone(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call], service: str
) -> None:
    assert not fault_for("wrong_tool_call", on="*").applies(call_for(service))
    assert not fault_for("wrong_tool_call", on="*").applies(call_for(service, tools=[]))
