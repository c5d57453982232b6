"""Another model than was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from support.made import SERVICES, Made, made, said, tool_call

from brownout.exchange import Call
from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)


def models(answer: Made) -> set[str]:
    """Every model that an answer names, wherever it stands."""
    found = re.findall(rb'"model":"([^"]*)"', answer.body)
    return {name.decode() for name in found}


@EVERY
@BOTH
def test_the_answer_names_another_model_and_no_other(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, stream: bool
) -> None:
    answer = made(fault_for("model_swapped", on="*", model="tiny-1").program(strike_for(service, stream)))

    assert answer.status == 200
    assert models(answer) == {"tiny-1"}
    assert said(service, answer)


def test_an_embedding_is_swapped_too(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert models(made(fault_for("model_swapped").program(strike_for("openai.embeddings")))) == {"fallback-small-1"}


@BOTH
def test_a_tool_that_must_be_called_is_called(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call_for: Callable[..., Call], stream: bool
) -> None:
    tools = [{"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}]
    call = call_for(stream=stream, tools=tools, tool_choice="required")

    answer = made(fault_for("model_swapped").program(strike_for(call=call)))

    assert tool_call("openai.chat", answer) == ("find", "{}")


def test_a_call_without_a_model_is_left_alone(fault_for: Callable[..., Fault], call_for: Callable[..., Call]) -> None:
    assert fault_for("model_swapped").applies(call_for())
    assert not fault_for("model_swapped").applies(call_for(model=None))
