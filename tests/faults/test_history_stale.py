"""An old version of a conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.effects import Forward
from brownout.exchange import Call
from brownout.faults import Fault, Strike
from brownout.wire.edits_history import LoseEnd


def test_only_lists_show_it(fault_for: Callable[..., Fault], call_for: Callable[..., Call]) -> None:
    fault = fault_for("history_stale")

    assert fault.applies(call_for("openai.conversations"))
    assert fault.applies(call_for("openai.responses", method="GET", path="/v1/responses/resp_1/input_items"))
    assert not fault.applies(call_for("openai.conversations", path="/v1/conversations/conv_1/items/msg_1"))
    assert not fault.applies(call_for("openai.conversations", method="POST"))
    assert not fault.applies(call_for("openai.chat"))


@pytest.mark.parametrize(("query", "edit"), [("", LoseEnd(3, "newest", True, True))])
def test_the_newest_items_are_not_there(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    call_for: Callable[..., Call],
    query: str,
    edit: LoseEnd,
) -> None:
    strike = strike_for(call=call_for("openai.conversations"))

    assert fault_for("history_stale", behind=3).program(strike) == (Forward(edit=edit),)


@pytest.mark.parametrize("settings", [{"behind": 0}, {"behind": "two"}])
def test_what_makes_no_sense_is_refused(fault_for: Callable[..., Fault], settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        fault_for("history_stale", **settings)
