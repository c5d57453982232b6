"""Canaries and the sentinel: what ties a user's words to upstream calls, and a whole answer to its end. Pure.

A canary is a unique token in the user's text. It reappears in the prompt, so that an injected fault and a user's
experience are tied together without any help from the application. The sentinel ends every answer of the stand-in.
"""

from __future__ import annotations

import base64
import hashlib
import re

SENTINEL = "[end of answer]"
PATTERN = re.compile(r"\bbo-[a-z2-7]{12}\b")


def make(seed: int, journey: str, user: int, iteration: int, turn: int) -> str:
    """The canary of one turn: the same in every run with this seed, however many users there are."""
    text = f"{seed}|{journey}|{user}|{iteration}|{turn}".encode()
    return f"bo-{base64.b32encode(hashlib.blake2b(text, digest_size=8).digest())[:12].decode().lower()}"


def find(text: str) -> str | None:
    """The first canary in a text."""
    match = PATTERN.search(text)
    return match.group() if match else None


def find_all(text: str) -> list[str]:
    """All canaries in a text, in order."""
    return PATTERN.findall(text)
