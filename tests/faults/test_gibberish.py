"""Words that mean nothing."""

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
def test_there_are_as_many_words_as_asked_for(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, stream: bool
) -> None:
    answer = made(fault_for("gibberish", on="*", words=7).program(strike_for(service, stream)))

    assert answer.status == 200
    assert len(said(service, answer).split()) == 7


def test_it_is_the_same_in_every_run_and_another_for_another_draw(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    fault = fault_for("gibberish")

    assert fault.program(strike_for()) == fault.program(strike_for())
    first, second = (said("openai.chat", made(fault.program(strike_for(draw=draw)))) for draw in (0.1, 0.9))
    assert first != second


@pytest.mark.parametrize("draw", [0.0, 0.999999])
def test_the_ends_of_the_draw_are_words_too(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], draw: float
) -> None:
    answer = made(fault_for("gibberish", words=1).program(strike_for(draw=draw)))

    assert said("openai.chat", answer).rstrip(".").isalpha()


def test_only_what_is_answered_in_words_can_show_it(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call]
) -> None:
    assert fault_for("gibberish").applies(call_for())
    assert not fault_for("gibberish").applies(call_for("openai.embeddings"))
