"""What was asked for, exactly, and what was measured against it, so that what missed it looks so. Pure."""

from __future__ import annotations

from brownout.config.units import in_words, seconds

_EXACT = 1e-9


def share_asked(share: float) -> str:
    """A share as it was asked for, with all its figures: ``99.95%``."""
    return f"{share * 100:.10g}%"


def wait_asked(limit: float) -> str:
    """A duration as it was asked for: in words, unless these would round it."""
    words = in_words(limit)
    return words if abs(seconds(words) - limit) < _EXACT else f"{limit:.10g}s"


def longer(wait: float, limit: float) -> str:
    """A wait beyond a limit in words; where rounding would hide that, they say so: ``just over 10s``."""
    words = in_words(wait)
    return words if seconds(words) > limit + _EXACT else f"just over {wait_asked(limit)}"


def shorter(wait: float, limit: float) -> str:
    """A wait that ended before a limit in words, likewise: ``just under 3s``."""
    words = in_words(wait)
    return words if seconds(words) < limit - _EXACT else f"just under {wait_asked(limit)}"


def figure_asked(limit: float) -> str:
    """A number as it was asked for: ``2.5``."""
    return f"{limit:.10g}"


def larger(figure: float, limit: float) -> str:
    """A number above a limit, to three figures or as many as show it."""
    shown = (f"{figure:.{digits}g}" for digits in range(3, 17))
    return next(
        (text for text in shown if float(text) > float(figure_asked(limit))), f"just over {figure_asked(limit)}"
    )
