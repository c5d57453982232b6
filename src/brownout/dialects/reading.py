"""Reading what clients of several providers write alike. Pure; nothing here raises, whatever it is given."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from brownout.exchange import Turn

_AMZ_ATTEMPT = re.compile(r"\battempt=([0-9]{1,6})\b")


def string(value: object) -> str | None:
    """The value if it is a non-empty text, else None."""
    return value if isinstance(value, str) and value else None


def text_of(content: object) -> str:
    """The words in a message's content: a text, or a list of texts and of blocks with a ``text``; lines joined."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    found = (block.get("text") if isinstance(block, dict) else block for block in content)
    return "\n".join(text for text in found if isinstance(text, str) and text)


def turns_of(messages: object) -> tuple[Turn, ...]:
    """The turns of a list of ``{role, content}``; what has no role is left out."""
    if not isinstance(messages, list):
        return ()
    return tuple(
        Turn(message["role"], text_of(message.get("content")))
        for message in messages
        if isinstance(message, dict) and isinstance(message.get("role"), str)
    )


def last_said(turns: tuple[Turn, ...], role: str = "user") -> str:
    """The last non-empty text that this role said, or an empty one."""
    return next((turn.text for turn in reversed(turns) if turn.role == role and turn.text), "")


def key_of(headers: Mapping[str, str]) -> str | None:
    """The API key that a client sent, whichever header it uses; for digests, never to be written."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    return bearer or headers.get("x-api-key") or headers.get("api-key") or headers.get("x-goog-api-key") or None


def digest_of_key(headers: Mapping[str, str]) -> str | None:
    """Twelve hex digits that stand for the caller's API key; None where it sent none."""
    key = key_of(headers)
    if key is None:
        return None
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def attempt_of(headers: Mapping[str, str]) -> int | None:
    """The client's own retry count, 0 for a first attempt; None where it sends none.

    ``x-stainless-retry-count`` of the OpenAI and Anthropic SDKs counts from 0, ``amz-sdk-request`` of the AWS ones
    from 1 (https://github.com/openai/openai-python/blob/main/src/openai/_base_client.py,
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
    """
    count = headers.get("x-stainless-retry-count", "").strip()
    if count.isascii() and count.isdigit() and len(count) <= 6:
        return int(count)
    match = _AMZ_ATTEMPT.search(headers.get("amz-sdk-request", ""))
    return max(0, int(match[1]) - 1) if match else None


def digest_of_history(turns: tuple[Turn, ...]) -> str | None:
    """What names a conversation that only the client keeps: its system text and the first thing the user said."""
    first = next((turn.text for turn in turns if turn.role == "user"), None)
    if first is None:
        return None
    texts = (*(turn.text for turn in turns if turn.role in ("system", "developer")), "|", first)
    # Lengths first, so that no two lists of texts can run together into the same one.
    whole = "".join((*(f"{len(text)}:" for text in texts), *texts))
    return hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
