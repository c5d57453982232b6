"""How long an answer asks its client to wait. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime


def seconds(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds by ``retry-after-ms`` or ``retry-after`` (a number or an HTTP date); None where neither can be read.

    SDKs read them in this order: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after for the second. ``now`` is
    in Unix seconds, names are lower case.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    plain = _number(value)
    if value is None or plain is not None:
        return plain
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value < 1e9 else None
