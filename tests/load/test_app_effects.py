"""What was done, held against what was said."""

from __future__ import annotations

from typing import Any

import pytest

from brownout.calls import canary
from brownout.load.app_effects import causes_in, effects_of
from brownout.profile import Effects

ONE, TWO, OTHER = (canary.make(7, "chat", 3, 0, turn) for turn in range(3))
REFUNDS = Effects(get="/", items="refunds")


def test_causes_are_where_the_profile_says() -> None:
    document = {"refunds": [{"for": "a", "note": {"why": "b"}}, {}]}
    assert causes_in(document, REFUNDS) == ["a", ""]
    assert causes_in(document, Effects(get="/", items="refunds", about="note.why")) == ["b", ""]


@pytest.mark.parametrize("document", [None, [], {}, {"refunds": None}, {"refunds": {"for": "a"}}])
def test_what_is_no_list_cannot_be_read(document: Any) -> None:
    assert causes_in(document, REFUNDS) is None


def test_effects_are_counted_by_the_message_that_led_to_them() -> None:
    texts = [f"{ONE} please", TWO, f"again: {ONE}, yes {ONE}", OTHER, "nobody's"]
    assert effects_of(texts, [ONE, TWO]) == {ONE: 2, TWO: 1}
