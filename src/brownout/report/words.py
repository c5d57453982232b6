"""Figures as people read them: ``1.2s``, ``85%``, ``3 of 40``. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from brownout.config.units import in_words

NONE = "–"
_UNIT = re.compile(r"(?<=\d) (?=(?:ms|s|min|h)(?!\w))")
# Control characters, which repaint a terminal; letters that nobody sees, or that turn the direction of what follows
# (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing); halves of letters, which no file can hold.
# Joiners stay: Persian and families of emoji are written with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
# What a runner in CI takes for an order where it stands in a log: GitHub's two forms, Azure's, TeamCity's.
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands,
# https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands
_ORDER = re.compile(
    r"(?i):(?=:(?:add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env"
    r"|set-output|stop-commands|warning)\b)|#(?=#(?:vso|teamcity)?\[)"
)


def seconds(value: float | None) -> str:
    """A duration in seconds as ``250ms``, ``1.2s``, ``2m3s``, ``1h20m``; a dash for None."""
    return NONE if value is None else in_words(value)


def at(second: float | None) -> str:
    """A point on the drill's clock, always in seconds: ``66.5s``; a dash for None."""
    return NONE if second is None else f"{second:.1f}".removesuffix(".0") + "s"


def span(start: float, end: float) -> str:
    """A stretch of the drill: ``5–15s``."""
    return f"{at(start).removesuffix('s')}–{at(end)}"


def percent(part: float, whole: float) -> str:
    """A share as ``85%``; never rounded to all or nothing unless it is. A dash for a share of nothing."""
    if not whole:
        return NONE
    share = 100 * part / whole
    if 0 < share < 0.5:
        return "<1%"
    if 99.5 <= share < 100:
        return ">99%"
    return f"{share:.0f}%"


def number(value: float) -> str:
    """A figure with thin thousands: ``12 345``, ``1.5``."""
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0")
    return text.replace(",", "\u202f")


def of(part: int, whole: int) -> str:
    """A part of a whole: ``3 of 40``."""
    return f"{number(part)} of {number(whole)}"


def count(amount: int, noun: str, plural: str = "") -> str:
    """A number with its noun: ``1 sample``, ``40 samples``."""
    return f"{number(amount)} {noun if amount == 1 else plural or noun + 's'}"


def spaced(name: str) -> str:
    """A name as words: ``major outage`` of ``major_outage``."""
    return name.replace("_", " ")


def moment(unix: float) -> str:
    """Unix seconds as ``2026-02-03 20:12 UTC``."""
    return f"{datetime.fromtimestamp(unix, UTC):%Y-%m-%d %H:%M} UTC"


def unbroken(text: str) -> str:
    """A text whose figures stay on one line with their units."""
    return _UNIT.sub("\u00a0", text)


def printable(text: str) -> str:
    """A text that says no more than can be read: tabs and line ends stay.

    Control characters and what cannot be seen become U+FFFD; what a runner in CI would obey has a space within.
    """
    return _ORDER.sub(r"\g<0> ", _UNSEEN.sub("\ufffd", text))


def one_line(text: str) -> str:
    """The same on one line, with one blank between two words."""
    return " ".join(printable(text).split())
