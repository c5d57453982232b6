"""Small parts of headers that more than one dialect writes: ids, rays, dates, waits. Pure."""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, datetime
from email.utils import formatdate

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LAST = 253402300799  # 9999-12-31T23:59:59Z, the last second that a date header can name


def hexadecimal(purpose: str, id: str, digits: int) -> str:
    """So many hex digits (at most 64) that stand for an id: the same for the same purpose and id."""
    return hashlib.blake2b(f"{purpose}|{id}".encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()[:digits]


def base58(purpose: str, id: str, length: int) -> str:
    """So many base-58 digits (at most 40) that stand for an id, as in ``req_011CSHoEeqs5C35K2UUqR7Fy``."""
    number = int(hexadecimal(purpose, id, 64), 16)
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 58)
        digits.append(_BASE58[digit])
    return "".join(digits)


def uuid(purpose: str, id: str) -> str:
    """A version 4 UUID that stands for an id."""
    digits = hexadecimal(purpose, id, 32)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def ray(id: str) -> str:
    """The hex part of a Cloudflare ray id."""
    return hexadecimal("ray", id, 16)


def cf_ray(id: str) -> str:
    """Cloudflare's header CF-RAY, which names a request and the place that took it.

    https://developers.cloudflare.com/fundamentals/reference/cloudflare-ray-id/
    """
    return f"{ray(id)}-FRA"


def _second(when: float) -> int:
    """The whole second at or after an instant: a client that waits until then never comes too early."""
    return min(max(0, math.ceil(when)), _LAST)


def http_date(when: float) -> str:
    """A Unix time as HTTP writes dates: ``Sun, 06 Nov 1994 08:49:37 GMT``."""
    return formatdate(_second(when), usegmt=True)


def rfc3339(when: float) -> str:
    """A Unix time in UTC, to the second: ``2025-08-21T12:40:59Z``."""
    return datetime.fromtimestamp(_second(when), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def first_of_next_month(when: float) -> str:
    """The day on which a month's allowance is there again, as ``2026-12-01``."""
    day = datetime.fromtimestamp(min(_second(when), _LAST - 32 * 86_400), UTC)
    return f"{day.year + day.month // 12:04}-{day.month % 12 + 1:02}-01"


def whole(seconds: float) -> str:
    """A wait in whole seconds, never shorter than it is."""
    return str(math.ceil(seconds))
