"""What makes an exchange the same exchange in another run: its stable key, its canary and its occurrence."""

from __future__ import annotations

import hashlib

from brownout.bounded import Bounded
from brownout.calls import canary
from brownout.calls.trace import without_trace
from brownout.exchange import Call

REMEMBERED_KEYS = 100_000


def canary_of(call: Call) -> str | None:
    """The canary in what the user said last; else the last one anywhere in the body."""
    canaries = canary.find_all(call.text)
    if not canaries and call.request.body:
        canaries = canary.find_all(call.request.body.decode("utf-8", "replace"))
    return canaries[-1] if canaries else None


def key_of(call: Call, marked: str | None) -> str:
    """A digest that is the same whenever the same user asks the same: not of ids, clocks, or the growing history.

    With a canary: service, method, path, model, streamed, canary, and the instructions (so that several calls behind
    one turn differ). Without: the body, but for what a tracer wrote into it. No header counts.
    """
    request = call.request
    words = marked if marked is not None else without_trace(request.body.decode("utf-8", "replace"))
    instructions = "\n".join(turn.text for turn in call.turns if turn.role in ("system", "developer"))
    text = "\0".join(
        (call.service, request.method, request.path, call.model or "", str(call.stream), words, instructions)
    )
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def digest_of(call: Call) -> str | None:
    """A digest of the very bytes that were sent: with the same key it is the same call again; None without a body."""
    body = call.request.body
    return hashlib.blake2b(body, digest_size=8).hexdigest() if body else None


def pseudonym(user: str | None) -> str | None:
    """What the journal calls a user: users are people, and what they are called may be a name or a phone number."""
    return None if user is None else hashlib.blake2b(user.encode("utf-8", "replace"), digest_size=8).hexdigest()


class Occurrences:
    """Counts how often a key came by, where the client's own attempt number does not say it.

    An SDK numbers its retries, but an application that retries around the SDK starts at 0 again. So a repeated number
    is told apart by counting here: only then does the occurrence depend on which proxy the call came to.
    Remembers the last 100,000 keys.
    """

    def __init__(self, remembered: int = REMEMBERED_KEYS) -> None:
        self._next: Bounded[str, int] = Bounded(remembered)  # key → the lowest number not given out yet

    def number(self, key: str, attempt: int | None) -> tuple[int, str]:
        """The occurrence of this call, and who counted it: ``client``, ``proxy`` or ``client+proxy``."""
        free = self._next.peek(key) or 0
        believed = attempt is not None and attempt >= free
        number = attempt if attempt is not None and believed else free
        self._next.put(key, number + 1)
        return number, "client" if believed else "proxy" if attempt is None else "client+proxy"
