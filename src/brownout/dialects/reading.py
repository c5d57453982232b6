"""Reading what clients of several providers write alike. Pure; nothing here raises, whatever it is given."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from brownout.calls.caller import signer_of
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
    texts = (block.get("text") if isinstance(block, dict) else block for block in content)
    return "\n".join(text for text in texts if isinstance(text, str) and text)


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


def key_of(headers: Mapping[str, str], query: str = "") -> str | None:
    """The API key that a client sent, in whichever header or as ``?key=``; for digests, never to be written."""
    authorization = headers.get("authorization", "")
    signer = signer_of(authorization)
    if signer is not None:
        return signer.key
    scheme, _, token = authorization.partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    named = (headers.get(name) for name in ("x-api-key", "api-key", "x-goog-api-key"))
    return bearer or next(filter(None, named), None) or _key_in(query)


def _key_in(query: str) -> str | None:
    """The ``key`` of a query, which is how Google's API takes one from plain HTTP clients."""
    return next(iter(parse_qs(query).get("key", ())), None) if "key=" in query else None


def digest_of_key(headers: Mapping[str, str], query: str = "") -> str | None:
    """Twelve hex digits that stand for the caller's API key; None where it sent none."""
    key = key_of(headers, query)
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


def wants_websocket(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a request asks for a WebSocket (https://www.rfc-editor.org/rfc/rfc6455#section-4.1)."""
    return method == "GET" and headers.get("upgrade", "").strip().lower() == "websocket"
