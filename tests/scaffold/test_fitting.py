"""Which scenario to play first."""

from __future__ import annotations

import pytest

from brownout.scaffold.fitting import fitting


@pytest.mark.parametrize(
    ("calls", "platforms", "name"),
    [
        (["openai.chat"], ["openai"], "chatgpt-2026-02-03"),
        (["anthropic.messages"], ["anthropic"], "anthropic-overload"),
        (["bedrock.converse"], ["bedrock"], "slow-then-down"),
        ([], ["anthropic"], "anthropic-overload"),
        ([], [], "slow-then-down"),
    ],
)
def test_the_first_outage_strikes_what_the_application_calls(calls: list[str], platforms: list[str], name: str) -> None:
    assert fitting(calls, platforms) == name
