"""What was written shows up late."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.effects import Forward
from brownout.exchange import Call
from brownout.faults import Fault, Strike
from brownout.wire.edits_history import HoldBack


def test_only_lists_show_it(fault_for: Callable[..., Fault], call_for: Callable[..., Call]) -> None:
    fault = fault_for("history_late")

    assert fault.applies(call_for("openai.conversations"))
    assert fault.applies(call_for("openai.responses", method="GET", path="/v1/responses/resp_1/input_items"))
    assert not fault.applies(call_for("openai.conversations", path="/v1/conversations/conv_1/items/msg_1"))
    assert not fault.applies(call_for("openai.conversations", method="POST"))
    assert not fault.applies(call_for("openai.chat"))


@pytest.mark.parametrize(
    ("settings", "held"), [({}, (2, None)), ({"reads": 5}, (5, None)), ({"delay": "3s"}, (2, 3.0))]
)
def test_lists_end_before_what_was_written_lately(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    call_for: Callable[..., Call],
    settings: dict[str, Any],
    held: tuple[int, float | None],
) -> None:
    strike = strike_for(call=call_for("openai.conversations"))

    (effect,) = fault_for("history_late", **settings).program(strike)

    assert effect == Forward(edit=HoldBack(strike.seen, True, *held))


def test_it_needs_to_know_what_was_written(fault_for: Callable[..., Fault]) -> None:
    assert fault_for("history_late").remembers


@pytest.mark.parametrize("settings", [{"reads": 0}, {"delay": "soon"}])
def test_what_makes_no_sense_is_refused(fault_for: Callable[..., Fault], settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        fault_for("history_late", **settings)
