"""Which price a model has, however a platform writes its name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.prices import LISTED, Price, price_of


@pytest.mark.parametrize(
    ("model", "plain"),
    [
        ("gpt-4o", "gpt-4o"),
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("openai/gpt-4o-mini", "gpt-4o-mini"),
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("claude-haiku-4-5@20251001", "claude-haiku-4-5"),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"),
        ("anthropic/claude-sonnet-4.5", "claude-sonnet-4-5"),
        ("models/gemini-3.5-flash", "gemini-3.5-flash"),
    ],
)
def test_a_name_has_its_price_with_what_platforms_put_around_it(model: str, plain: str) -> None:
    assert price_of(model) == LISTED[plain]


@pytest.mark.parametrize("model", ["gpt-4o-audio-preview", "gpt-4", "house-7b", "", "claude", "gpt-4o-mini-tts"])
def test_a_name_that_only_begins_alike_has_none(model: str) -> None:
    assert price_of(model) is None


def test_own_prices_go_first() -> None:
    own = {"gpt-4o": Price(1, 2), "house-7b": Price(0.1)}

    assert price_of("gpt-4o-2024-08-06", own) == Price(1, 2)
    assert price_of("house-7b", own) == Price(0.1, 0)
    assert price_of("gpt-4o-mini", own) == LISTED["gpt-4o-mini"]


@given(st.sampled_from(sorted(LISTED)), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_price_is_for_a_million_tokens(model: str, tokens_in: int, tokens_out: int) -> None:
    price = LISTED[model]

    assert price.of(tokens_in, tokens_out) * 1e6 == pytest.approx(tokens_in * price.input + tokens_out * price.output)
    assert 0 <= price.output <= 200
    assert price.input > 0
