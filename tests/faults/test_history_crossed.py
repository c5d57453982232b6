"""A conversation shown to the wrong user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.effects import Forward
from brownout.exchange import Call
from brownout.faults import Fault, Strike
from brownout.wire.edits_history import Cross


def test_lists_and_single_things_show_it(fault_for: Callable[..., Fault], call_for: Callable[..., Call]) -> None:
    fault = fault_for("history_crossed")

    assert fault.applies(call_for("openai.conversations"))
    assert fault.applies(call_for("openai.responses", method="GET", path="/v1/responses/resp_1"))
    assert not fault.applies(call_for("openai.conversations", method="POST"))
    assert not fault.applies(call_for("openai.chat"))


@pytest.mark.parametrize(
    ("settings", "expected"), [({}, (1, False)), ({"count": 3}, (3, False)), ({"shows": "instead"}, (1, True))]
)
def test_the_answer_holds_what_is_anothers(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    call_for: Callable[..., Call],
    settings: dict[str, Any],
    expected: tuple[int, bool],
) -> None:
    strike = strike_for(call=call_for("openai.conversations"))

    (effect,) = fault_for("history_crossed", **settings).program(strike)

    assert effect == Forward(edit=Cross("|/v1/conversations/conv_1/items", *expected, "conv_1"))


@pytest.mark.parametrize("of", ["made_up", "seen"])
def test_only_where_it_may_are_others_words_used(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call_for: Callable[..., Call], of: str
) -> None:
    strike = strike_for(call=call_for("openai.conversations"))

    (effect,) = fault_for("history_crossed", of=of).program(strike)

    assert isinstance(effect, Forward)
    assert isinstance(effect.edit, Cross)
    assert (effect.edit.seen is strike.seen) is (of == "seen")


@pytest.mark.parametrize("settings", [{"count": 0}, {"shows": "all"}, {"of": "me"}])
def test_what_makes_no_sense_is_refused(fault_for: Callable[..., Fault], settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        fault_for("history_crossed", **settings)
