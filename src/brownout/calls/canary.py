"""Canaries and the sentinel: what ties a user's words to upstream calls, and a whole answer to its end. Pure.

A canary is a unique token in the user's text. It reappears in the prompt, so that an injected fault and a user's
experience are tied together without any help from the application. The sentinel ends every answer of the stand-in.
"""

from __future__ import annotations

import base64
import hashlib
import re

SENTINEL = "[end of answer]"
REMEMBERED = 50
"""Canaries of a conversation that the stand-in lists in its answers: the latest ones."""
# Begins with letters and looks back from there: prompts of megabytes are searched for these, and not letter by letter.
PATTERN = re.compile(r"bo-(?<!\wbo-)[a-z2-7]{12}\b")


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


def stranger(salt: str) -> str:
    """The canary of a user who does not exist: nobody in a drill ever said it, and ``is_stranger`` knows it again."""
    own = _letters(f"stranger|{salt}", 7)
    return f"bo-{own}{_letters(f'check|{own}', 5)}"


def is_stranger(mark: str) -> bool:
    """Whether a canary was made up by a fault, rather than said by a user (who is taken for one once in 30 million)."""
    return PATTERN.fullmatch(mark) is not None and mark[10:] == _letters(f"check|{mark[3:10]}", 5)


def _letters(text: str, count: int) -> str:
    return (
        base64.b32encode(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())[:count]
        .decode()
        .lower()
    )
