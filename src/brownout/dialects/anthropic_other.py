"""Anthropic paths without a dialect of their own: they fail as all of Anthropic fails."""

from __future__ import annotations

from brownout.dialects.anthropic import AnthropicDialect


class AnthropicOther(AnthropicDialect):
    """Batches, files and whatever else the host serves."""

    service = "anthropic.other"
