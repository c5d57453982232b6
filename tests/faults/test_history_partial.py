"""A part of a conversation is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.effects import Forward
from brownout.exchange import Call
from brownout.faults import Fault, Strike
from brownout.wire.edits_history import LoseEnd, LoseSome


@pytest.mark.parametrize(("loses", "single"), [("some", True), ("oldest", False), ("newest", False)])
def test_lists_show_it_and_single_things_where_some_are_gone(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call], loses: str, single: bool
) -> None:
    fault = fault_for("history_partial", loses=loses)

    assert fault.applies(call_for("openai.conversations"))
    assert fault.applies(call_for("openai.conversations", path="/v1/conversations/conv_1/items/msg_1")) is single
    assert not fault.applies(call_for("openai.conversations", method="POST"))
    assert not fault.applies(call_for("openai.chat"))


def test_some_items_are_gone(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call_for: Callable[..., Call]
) -> None:
    strike = strike_for(call=call_for("openai.conversations"))

    assert fault_for("history_partial", each="20%").program(strike) == (Forward(edit=LoseSome(strike.salt, 0.2)),)


@pytest.mark.parametrize("loses", ["oldest", "newest"])
def test_an_end_is_gone(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call_for: Callable[..., Call], loses: Any
) -> None:
    strike = strike_for(call=call_for("openai.conversations"))

    program = fault_for("history_partial", loses=loses, count=4).program(strike)

    assert program == (Forward(edit=LoseEnd(4, loses, True, True)),)


@pytest.mark.parametrize(("each", "gone"), [(1.0, True), (0.0, False)])
def test_an_item_that_is_gone_is_not_found(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    call_for: Callable[..., Call],
    each: float,
    gone: bool,
) -> None:
    call = call_for("openai.conversations", path="/v1/conversations/conv_1/items/msg_1")

    head = fault_for("history_partial", each=each).program(strike_for(call=call))[0]

    assert (head == Forward(edit=LoseSome("", each))) is not gone
    assert (getattr(head, "status", None) == 404) is gone


@pytest.mark.parametrize("settings", [{"each": 2}, {"count": 0}, {"loses": "all"}])
def test_what_makes_no_sense_is_refused(fault_for: Callable[..., Fault], settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        fault_for("history_partial", **settings)
