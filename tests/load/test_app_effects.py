"""What was done, held against what was said."""

from __future__ import annotations

from typing import Any

import pytest

from brownout.calls import canary
from brownout.calls.canary import SENTINEL
from brownout.load.app_effects import Ends, causes_in, effects_of, ends_of
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


@pytest.mark.parametrize(
    ("item", "ends"),
    [
        ({"for": f"You said: {ONE}. Bread rises. {SENTINEL}"}, Ends(whole=[ONE])),
        ({"for": f"You said: {ONE}. Bre"}, Ends(half=[ONE])),
        ({"for": f"the user's own words, {ONE}", "note": {"why": f"You said: {ONE}"}}, Ends(half=[ONE])),
        ({"for": f"You said: {ONE}", "log": [f"You said: {ONE} {SENTINEL}"]}, Ends(whole=[ONE])),
        ({"for": "You said: Ref"}, Ends(nameless=1)),
        ({"for": f"You said: {OTHER}"}, Ends()),
        ({"for": f"the user's own words, {ONE}"}, Ends()),
        ({}, Ends()),
    ],
)
def test_an_effect_is_from_whole_words_or_from_half_of_them(item: Any, ends: Ends) -> None:
    assert ends_of({"refunds": [item]}, REFUNDS, [ONE, TWO]) == ends


def test_a_message_counts_once_however_many_effects_it_had() -> None:
    half = {"for": f"You said: {ONE}"}

    assert ends_of({"refunds": [half, half, {"for": f"You said: {TWO}"}]}, REFUNDS, [ONE, TWO]) == Ends(half=[ONE, TWO])


def test_what_is_no_list_has_no_ends() -> None:
    assert ends_of({"refunds": None}, REFUNDS, [ONE]) == Ends()
