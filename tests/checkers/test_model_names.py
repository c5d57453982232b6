"""Whether a name that is shown is that of a model which was called."""

from __future__ import annotations

import pytest

from brownout.checkers.model_names import is_given, whose


@pytest.mark.parametrize(
    ("shown", "own", "other", "answer"),
    [
        ("gpt-4o", "gpt-4o-2024-08-06", "claude-haiku-4-5", "own"),
        ("gpt-4o", "gpt-4o-mini", "gpt-4o-2024-08-06", "other's"),
        ("gpt-4o-mini", "gpt-4o", "gpt-4o-mini", "other's"),
        ("gpt-4o", "openai/gpt-4o", "gpt-4o", "own"),
        ("Claude Haiku 4.5", "us.anthropic.claude-haiku-4-5-20251001-v1:0", "gpt-4o", "own"),
        ("gpt-4-0613", "claude-haiku-4-5", "gpt-4", "other's"),
        ("claude", "claude-haiku-4-5", "gpt-4o", "own"),
        ("gpt-4", "claude-haiku-4-5", "gpt-4o", "nobody's"),
        ("Shop Assistant", "claude-haiku-4-5", "gpt-4o", "nobody's"),
        ("*", "claude-haiku-4-5", "gpt-4o", "nobody's"),
    ],
)
def test_a_name_is_that_of_the_model_that_it_fits_best(shown: str, own: str, other: str, answer: str) -> None:
    assert whose(shown, {own}, {other}) == answer


def test_some_names_are_given_by_their_owner() -> None:
    assert is_given("azure.chat", "prod-1")
    assert is_given("bedrock.converse", "arn:aws:bedrock:us-east-1:1:application-inference-profile/x")
    assert is_given("openrouter.chat", "openrouter/auto")
    assert not is_given("openai.chat", "gpt-4o-mini")
