"""All of Cohere that has no dialect of its own: https://docs.cohere.com/reference/about."""

from __future__ import annotations

from brownout.dialects import cohere


class CohereOther(cohere.CohereDialect):
    """``cohere.other``: fails as Cohere does, and answers nothing."""

    service = "cohere.other"
