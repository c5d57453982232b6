"""An answer in another language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.made import SERVICES, made, said

from brownout.exchange import Call
from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)


@EVERY
@BOTH
def test_the_language_can_be_chosen(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, stream: bool
) -> None:
    answer = made(fault_for("wrong_language", on="*", language="japanese").program(strike_for(service, stream)))

    assert answer.status == 200
    assert said(service, answer).startswith("ご質問")


def test_any_language_is_drawn_by_call(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    fault = fault_for("wrong_language")

    drawn = {said("openai.chat", made(fault.program(strike_for(draw=nth / 6 + 0.01)))) for nth in range(6)}

    assert len(drawn) == 6
    assert said("openai.chat", made(fault.program(strike_for(draw=0.9999)))) in drawn


def test_only_what_is_answered_in_words_can_show_it(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call]
) -> None:
    assert fault_for("wrong_language").applies(call_for())
    assert not fault_for("wrong_language").applies(call_for("openai.embeddings"))
