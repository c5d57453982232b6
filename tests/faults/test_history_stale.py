"""An old version of a conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.effects import Forward
from brownout.exchange import Call
from brownout.faults import Strike
from brownout.rule import Rule
from brownout.wire.edits_history import LoseEnd


def test_only_lists_show_it(rule_for: Callable[..., Rule], call_for: Callable[..., Call]) -> None:
    rule = rule_for("history_stale")

    assert rule.applies(call_for("openai.conversations"))
    assert rule.applies(call_for("openai.responses", method="GET", path="/v1/responses/resp_1/input_items"))
    assert not rule.applies(call_for("openai.conversations", path="/v1/conversations/conv_1/items/msg_1"))
    assert not rule.applies(call_for("openai.conversations", method="POST"))
    assert not rule.applies(call_for("openai.chat"))


@pytest.mark.parametrize(("query", "edit"), [("", LoseEnd(3, "newest", True, True))])
def test_the_newest_items_are_not_there(
    rule_for: Callable[..., Rule],
    strike_for: Callable[..., Strike],
    call_for: Callable[..., Call],
    query: str,
    edit: LoseEnd,
) -> None:
    strike = strike_for(call=call_for("openai.conversations"))

    assert rule_for("history_stale", behind=3).program(strike) == (Forward(edit=edit),)


@pytest.mark.parametrize("settings", [{"behind": 0}, {"behind": "two"}])
def test_what_makes_no_sense_is_refused(rule_for: Callable[..., Rule], settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        rule_for("history_stale", **settings)
