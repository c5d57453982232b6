"""What ties a call to a question without its words: W3C Trace Context, and a member of baggage. Pure.

An application that is instrumented passes both on by itself (https://www.w3.org/TR/trace-context/,
https://www.w3.org/TR/baggage/). So the load sends them with each request of a journey, and the edge notes what came.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import unquote

from brownout.calls.canary import PATTERN

MEMBER = "brownout-canary"
"""The member of ``baggage`` that names the question."""
_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")
# What follows the version, which is looked back for: a dash is found sooner than two digits are.
_ANYWHERE = re.compile(r"-(?<=\b[0-9a-f]{2}-)[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\b")
_VERSION = 2
_LONGEST = 8192
"""Bytes of baggage that are read: so much at least has to be passed on."""
_SAMPLED = "01"  # as without a parent by the usual sampler: the application records this request


def traceparent(*parts: str | int) -> str:
    """A ``traceparent`` that is the same in every run: its ids are a hash of these parts."""
    digest = hashlib.blake2b("|".join(map(str, parts)).encode("utf-8", "surrogatepass"), digest_size=24).hexdigest()
    return f"00-{digest[:32]}-{digest[32:]}-{_SAMPLED}"


def trace_id(value: str | None) -> str | None:
    """The trace id in a ``traceparent``; None for a header that is malformed and means nothing."""
    match = _TRACEPARENT.fullmatch((value or "").strip(" \t"))
    if match is None or match[1] == "ff" or (match[1] == "00" and match[4] is not None):
        return None
    return match[2] if match[2].strip("0") and match[3].strip("0") else None


def baggage(mark: str) -> str:
    """A ``baggage`` header that names the question with this canary."""
    return f"{MEMBER}={mark}"


def baggage_canary(value: str | None) -> str | None:
    """The canary that a ``baggage`` header names; None where it names none, or more than one."""
    marks = set()
    for member in (value or "")[:_LONGEST].split(","):
        key, _, rest = member.partition(";")[0].partition("=")
        if key.strip() == MEMBER:
            marks.add(unquote(rest.strip()))
    mark = marks.pop() if len(marks) == 1 else ""
    return mark if PATTERN.fullmatch(mark) else None


def carried(headers: Mapping[str, str]) -> dict[str, str | None]:
    """What a request says of where it comes from: its trace id, and the canary in its baggage."""
    return {"trace": trace_id(headers.get("traceparent")), "baggage": baggage_canary(headers.get("baggage"))}


def without_trace(text: str) -> str:
    """A text without what a tracer wrote into it: a new id for every call."""
    parts, end = [], 0
    for match in _ANYWHERE.finditer(text):
        start = match.start() - _VERSION
        if start >= end:
            parts.append(text[end:start])
            end = match.end()
    return "".join((*parts, text[end:]))
