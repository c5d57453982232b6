"""Numbers that look drawn and are hashed: the same in every run, on every machine. Pure."""

from __future__ import annotations

import hashlib


def unit(salt: str, index: int) -> float:
    """A number in [0, 1), uniform over different indexes and the same for the same salt and index."""
    return _unit(hashlib.blake2b(f"{salt}|{index}".encode(), digest_size=8))


def uniform(seed: int, *parts: str) -> float:
    """A number in [0, 1), uniform over different parts and the same for the same ones."""
    digest = hashlib.blake2b(str(seed).encode(), digest_size=8)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(4))
        digest.update(encoded)
    return _unit(digest)


def _unit(digest: hashlib.blake2b) -> float:
    return (int.from_bytes(digest.digest()) >> 11) / 2**53
