"""Fingerprints of a text, by which a part of it is found again in another text, though a journal keeps neither. Pure.

Digests of all runs of 28 letters and digits, of which both sides keep the same quarter by the digest itself (sampling
modulo p: https://theory.stanford.edu/~aiken/publications/papers/sigmod03.pdf). Markup, case, spaces and punctuation do
not count, so that a text is known in HTML, in JSON and in a log alike; shorter pieces prove nothing, for an error page
of a framework and one of a platform share words such as "500 Internal Server Error".
"""

from __future__ import annotations

import re
from zlib import crc32

RUN = 28
"""So many letters in a row must be the same."""
KEPT = 4
"""One digest in so many is kept: a common text of 50 letters is missed once in 700 times."""
SENT, SHOWN = 48, 256
"""So many at most of a text that was sent, and of one in which it may be found."""
SCANNED = 4096
_WHOLE = 16
_TAG = re.compile(r"<[^<>]*>")
_OTHER = bytes(set(range(256)) - set(b"0123456789abcdefghijklmnopqrstuvwxyz"))


def fingerprints(text: str, most: int = SENT) -> list[str]:
    """The digests that are kept, sorted; none for a text that is too short to prove anything."""
    letters = _letters(text)
    starts = range(len(letters) - RUN + 1)
    digests = {digest for start in starts if not (digest := crc32(letters[start : start + RUN])) % KEPT}
    return [f"{digest:08x}" for digest in sorted(digests)[:most]]


def whole(text: str) -> list[str]:
    """One digest of the text as a whole, by which a short page that was passed on as it is is known too."""
    letters = _letters(text)
    return [f"={crc32(letters):08x}"] if len(letters) >= _WHOLE else []


def _letters(text: str) -> bytes:
    return _TAG.sub(" ", text[:SCANNED]).lower().encode("utf-8", "ignore").translate(None, _OTHER)
