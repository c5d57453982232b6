"""What tokens cost by the platforms' public lists: dated, with where it was read. Pure.

List prices for standard calls with short prompts: no cache, no batch, no discount, no tool's own fee. They change; a
profile's ``prices`` go before them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

READ: Final = "2026-11"
"""The month in which this list was put together."""


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens, in and out."""

    input: float
    output: float = 0.0

    def of(self, tokens_in: float, tokens_out: float) -> float:
        """Dollars for so many tokens of each."""
        return (tokens_in * self.input + tokens_out * self.output) / 1e6


LISTED: Final[Mapping[str, Price]] = {
    # https://developers.openai.com/api/docs/pricing, as https://deploybase.ai/articles/openai-pricing has it of 2026-03
    # and https://tokenmath.io/openai-api-pricing-explained of 2026-06-21 (gpt-4.1 and its mini).
    "gpt-4.1": Price(2.0, 8.0),
    "gpt-4.1-mini": Price(0.4, 1.6),
    "gpt-4.1-nano": Price(0.1, 0.4),
    "gpt-4o": Price(2.5, 10.0),
    "gpt-4o-mini": Price(0.15, 0.6),
    "gpt-5": Price(1.25, 10.0),
    "gpt-5-mini": Price(0.25, 2.0),
    "gpt-5-nano": Price(0.05, 0.4),
    "gpt-5.1": Price(1.25, 10.0),
    "o3": Price(2.0, 8.0),
    "o4-mini": Price(1.1, 4.4),
    "text-embedding-3-small": Price(0.02),
    # The same page, as https://github.com/api-evangelist/openai (plans/openai-plans-pricing.yml) has it of 2026-05-04.
    "gpt-5.4": Price(2.5, 15.0),
    "gpt-5.4-mini": Price(0.75, 4.5),
    "gpt-5.4-nano": Price(0.2, 1.25),
    "gpt-5.5": Price(5.0, 30.0),
    # https://platform.claude.com/docs/about-claude/models/whats-new-opus-5 (2026-09), which compares the models.
    "claude-opus-5": Price(5.0, 25.0),
    "claude-opus-5-5": Price(4.0, 20.0),
    "claude-sonnet-5-5": Price(2.0, 10.0),
    # https://platform.claude.com/docs/zh-CN/models/sonnet-5/overview (2026-07).
    "claude-haiku-4-5": Price(1.0, 5.0),
    "claude-sonnet-5": Price(2.0, 10.0),
    # https://platform.claude.com/docs/en/about-claude/pricing, as https://docs.rs/synaps/0.10.2/synaps_cli/pricing has
    # it of 2026-10-10.
    "claude-opus-4-5": Price(5.0, 25.0),
    "claude-opus-4-6": Price(5.0, 25.0),
    "claude-opus-4-7": Price(5.0, 25.0),
    "claude-opus-4-8": Price(5.0, 25.0),
    "claude-sonnet-4-5": Price(3.0, 15.0),
    "claude-sonnet-4-6": Price(3.0, 15.0),
    # https://ai.google.dev/gemini-api/docs/pricing, as https://github.com/api-evangelist/deepmind has it of 2026-10-07
    # (plans/deepmind-plans-pricing.yml).
    "gemini-3.1-pro-preview": Price(2.0, 12.0),
    "gemini-3.5-flash": Price(1.5, 9.0),
    "gemini-3.5-flash-lite": Price(0.3, 2.5),
}
"""By model, without date, region and what else a platform puts around its name."""

# gpt-4o-2024-08-06, claude-haiku-4-5-20251001, claude-haiku-4-5@20251001, us.anthropic.claude-haiku-4-5-20251001-v1:0,
# openai/gpt-4o, models/gemini-3.5-flash, claude-sonnet-4.5 (as OpenRouter has it), gpt-4o:free.
_AROUND = re.compile(r"^(?:.*/)?(?:(?:[a-z]{2,6}\.)?anthropic\.)?")
_BEHIND = re.compile(r"(?:[-@](?:20\d{6}|20\d\d-\d\d-\d\d))?(?:-v\d+)?(?::\d+)?(?:-latest)?$")


def plain(model: str) -> str:
    """The name of a model without date, region and what else a platform puts around it, in small letters."""
    return _BEHIND.sub("", _AROUND.sub("", model.casefold(), count=1), count=1)


def price_of(model: str, own: Mapping[str, Price] | None = None) -> Price | None:
    """The price of a model, by a profile's own list first; None where neither has it."""
    bare = plain(model)
    dashed = bare.replace(".", "-") if bare.startswith("claude") else bare
    for prices in (own or {}, LISTED):
        for name in (model, bare, dashed):
            if name in prices:
                return prices[name]
    return None
