"""For how long an answer asks its client to wait, wherever it says so: in headers, in a text, in JSON. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from brownout.calls import retry_after
from brownout.exchange import Reply

_DEEPEST = 6
_MOST = 200
"""So many beginnings of a JSON object are tried in one answer."""
_SECONDS = {"ms": 0.001, "mi": 60.0, "m": 60.0, "s": 1.0, "se": 1.0, "h": 3600.0, "ho": 3600.0}
"""Of a unit, by its first two letters."""
_AMOUNT = re.compile(r"(\d{1,9}(?:\.\d{1,12})?) ?(ms|s|sec(?:ond)?s?|m|min(?:ute)?s?|h|hours?)(?![a-z])", re.IGNORECASE)
_ASKS = re.compile(rf"\b(?:try again|retry) (?:in|after) ((?:{_AMOUNT.pattern} ?){{1,3}})", re.IGNORECASE)


def in_headers(reply: Reply, now: float) -> float | None:
    """Seconds by ``retry-after-ms`` or ``retry-after``, if the answer has one that can be read."""
    return retry_after.seconds({name.lower(): value for name, value in reply.headers}, now)


def in_words(text: str) -> float | None:
    """Seconds that a text names: ``Please try again in 6m0s``, ``retry in 34.074s``, ``retry after 20 seconds``."""
    asked = _ASKS.search(text)
    if asked is None:
        return None
    return sum(float(amount[1]) * _SECONDS[amount[2][:2].lower()] for amount in _AMOUNT.finditer(asked[1]))


def duration(text: object) -> float | None:
    """Seconds of a duration as Google's JSON has it, ``58s`` or ``34.4s``; None for anything else.

    https://protobuf.dev/reference/protobuf/google.protobuf/#duration
    """
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)s", text) if isinstance(text, str) else None
    return float(match[1]) if match else None


def errors_in(reply: Reply) -> Iterator[dict[str, Any]]:
    """The errors in an answer: in the body of one that failed, or in the events of one that began well."""
    for value in _objects(reply.body.decode("utf-8", "replace")):
        yield from _errors(value, reply.status >= 400)


def in_errors(reply: Reply) -> float | None:
    """Seconds that the text of an error names."""
    texts = (error.get("message") for error in errors_in(reply))
    waits = (in_words(text) for text in texts if isinstance(text, str))
    return next((wait for wait in waits if wait is not None), None)


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a text, whatever stands between them; what is inside of one is not listed again."""
    decoder, place = json.JSONDecoder(), 0
    for _ in range(_MOST):
        place = text.find("{", place)
        if place < 0:
            return
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            place += 1
        else:
            yield value


def _errors(value: dict[str, Any], failed: bool, depth: int = 0) -> Iterator[dict[str, Any]]:
    """With ``failed``, the object itself; and what stands under the keys that platforms have for errors."""
    if depth > _DEEPEST:
        return
    if failed:
        yield value
    for key in ("error", "last_error", "response"):
        if isinstance(inner := value.get(key), dict):
            yield from _errors(inner, key != "response", depth + 1)
