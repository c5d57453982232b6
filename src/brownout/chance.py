"""Numbers that look drawn and are hashed: the same in every run, on every machine. Pure."""

from __future__ import annotations

import hashlib


def unit(salt: str, index: int) -> float:
    """A number in [0, 1), uniform over different indexes and the same for the same salt and index."""
    digest = hashlib.blake2b(f"{salt}|{index}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest) >> 11) / 2**53
