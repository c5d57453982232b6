"""What an application says of who answered: a model's name and a count of tokens, where a profile says they are."""

from __future__ import annotations

import re
from typing import Any, Final

MOST: Final = 10**12
"""No answer has so many tokens; a figure beyond is none."""
_FIGURE = re.compile(r"\d{1,3}(?:[, \u2009\u202f]\d{3})+|\d+")


def name_in(value: Any) -> str | None:
    """The name of a model; None where nothing is there that could be one."""
    return value.strip() or None if isinstance(value, str) else None


def tokens_in(value: Any) -> int | None:
    """A count of tokens, also where it is written for readers: ``1,234``; None where it is none."""
    if isinstance(value, str):
        text = value.strip()
        return tokens_in(int(re.sub(r"\D", "", text))) if len(text) < 20 and _FIGURE.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < MOST:
        return None
    return int(value) if value == int(value) else None
