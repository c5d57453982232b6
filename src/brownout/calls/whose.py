"""What a call says of whom it is for: the user, the conversation, the key that makes it one request. Pure.

An application that rewrites a prompt may still say for whom it asks. Only digests are kept: users are people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from brownout.calls.identity import pseudonym
from brownout.exchange import Call

MOST = 8
"""So many are kept of one call."""
_SHORTEST, _LONGEST = 6, 512
"""Letters of a value that can be somebody's own: ``7`` is a number of many things."""
_FIELDS = (
    *("user", "safety_identifier", "prompt_cache_key", "session_id", "conversation", "conversation_id", "thread_id"),
    *("previous_response_id",),
)
_HEADERS = ("idempotency-key", "x-idempotency-key")


def whose_of(call: Call) -> list[str]:
    """``name:digest`` of each, once: fields of the body, what is in ``metadata``, the idempotency key."""
    pairs = (f"{name}:{mark}" for name, value in _pairs(call) if (mark := digest(value)) is not None)
    return list(dict.fromkeys(pairs))[:MOST]


def ids_of(call: Call) -> frozenset[str]:
    """The same ids as they are: what names somebody in a body is no secret, even where a header carries it, too."""
    return frozenset(str(value) for _, value in _pairs(call) if value is not None)


def kept_of(values: Mapping[str, Any]) -> list[str]:
    """Digests of what a user has kept of answers: texts and numbers that can be a conversation's own."""
    return list(dict.fromkeys(mark for value in values.values() if (mark := digest(value)) is not None))[:MOST]


def digest(value: Any) -> str | None:
    """What stands for a value in the journal; None for one that is too short, too long, or no text."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return pseudonym(text) if isinstance(text, str) and _SHORTEST <= len(text) <= _LONGEST else None


def _pairs(call: Call) -> Iterator[tuple[str, Any]]:
    body, headers = call.body, call.request.headers
    for name in _FIELDS:
        value = body.get(name)
        yield name, value.get("id") if isinstance(value, dict) else value
    metadata = body.get("metadata")
    for name, value in metadata.items() if isinstance(metadata, dict) else ():
        yield f"metadata.{name}", value
    for name in _HEADERS:
        yield "idempotency", headers.get(name)
