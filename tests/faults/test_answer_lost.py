"""Answers that are lost once the work is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import Ask, End, Hang, Head, Rst, Send
from brownout.faults import Fault, Strike


@pytest.mark.parametrize(("shows", "statuses"), [("server_error", {500}), ("timeout", {408, 500, 504})])
@pytest.mark.parametrize("service", ["openai.chat", "anthropic.messages"])
def test_the_platforms_own_failure_comes_after_the_work(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    service: str,
    shows: str,
    statuses: set[int],
) -> None:
    ask, head, body, end = fault_for("answer_lost", on="*", shows=shows).program(strike_for(service))

    assert (ask, end) == (Ask(), End())
    assert isinstance(head, Head)
    assert head.status in statuses
    assert isinstance(body, Send)


def test_the_connection_can_break_after_the_work(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    assert fault_for("answer_lost", shows="reset").program(strike_for()) == (Ask(), Rst())


def test_nothing_may_come_after_the_work(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    fault = fault_for("answer_lost", shows="hang", release_after="90s")

    assert fault.program(strike_for(stream=True)) == (Ask(), Hang(90.0))


def test_another_thing_to_show_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="shows"):
        fault_for("answer_lost", shows="the answer")
