from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.load.templates import render


def test_every_text_in_a_value_is_filled_in() -> None:
    value = {"{{ key }}": ["{{ message }}", {"n": 3, "on": True}], "plain": None}
    assert render(value, {"key": "text", "message": "why?"}) == {
        "text": ["why?", {"n": 3, "on": True}],
        "plain": None,
    }


def test_what_is_filled_in_stays_text() -> None:
    assert render("{{ user }}", {"user": 3}) == "3"


def test_what_is_filled_in_is_not_a_template_again() -> None:
    assert render("{{ message }}", {"message": "{{ user }}"}) == "{{ user }}"


def test_text_for_an_address_can_be_quoted() -> None:
    assert render("/ask?q={{ message | urlencode }}", {"message": "why? & how"}) == "/ask?q=why%3F%20%26%20how"


def test_a_name_that_nobody_set_is_refused_and_the_known_ones_are_said() -> None:
    with pytest.raises(ValueError, match=r"'conversation' is undefined; known names: turn, user"):
        render("/c/{{ conversation }}", {"user": 1, "turn": 0})


@pytest.mark.parametrize("text", ["{{ ''.__class__.__mro__ }}", "{{ user.__init__.__globals__ }}", "{{ 1 / 0 }}"])
def test_a_template_reaches_nothing_but_its_names(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be filled in"):
        render(text, {"user": 1})


@given(st.text().filter(lambda text: "{" not in text))
def test_a_text_without_braces_stays_as_it_is(text: str) -> None:
    assert render(text, {}) == text
