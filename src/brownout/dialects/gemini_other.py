"""All of the Gemini API that has no dialect of its own: https://ai.google.dev/api."""

from __future__ import annotations

from brownout.dialects import gemini


class GeminiOther(gemini.GeminiDialect):
    """``gemini.other``: fails as Google does, and answers nothing."""

    service = "gemini.other"
