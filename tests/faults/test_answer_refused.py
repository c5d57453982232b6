"""A refusal at 200."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.made import SERVICES, ending, made, said

from brownout.exchange import Call
from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)

ENDS = {"openai.chat": "stop", "openai.responses": "completed", "anthropic.messages": "refusal"}


@EVERY
@BOTH
def test_a_refusal_stands_where_the_provider_has_it(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, stream: bool
) -> None:
    answer = made(fault_for("answer_refused", on="*").program(strike_for(service, stream)))

    assert answer.status == 200
    assert said(service, answer) == "I'm sorry, but I can't help with that."
    assert ending(service, answer) == ENDS[service]
    assert service == "anthropic.messages" or b'"refusal":"' in answer.body or b"response.refusal.delta" in answer.body


def test_its_words_can_be_others(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert said("openai.chat", made(fault_for("answer_refused", words="No.").program(strike_for()))) == "No."


def test_only_what_is_answered_in_words_can_show_it(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call]
) -> None:
    assert fault_for("answer_refused").applies(call_for())
    assert not fault_for("answer_refused").applies(call_for("openai.embeddings"))
