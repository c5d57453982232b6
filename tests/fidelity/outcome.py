"""What a client's socket saw, in a few words that are the same whenever the same thing happened."""

from __future__ import annotations

import base64
import json
import re
from difflib import SequenceMatcher

from fidelity.clients import Seen

from brownout.wire import eventstream
from brownout.wire.framing import cutter_for

LATE = 0.25
"""Seconds from which an answer, or a pause in it, counts as late. Cases about time wait for longer than that."""
_LAST = re.compile(
    rb"\[DONE\]|message_stop|response\.(completed|incomplete|failed)|\"finishReason\"|message-end"
    rb"|\"done\": ?true|messageStop|\"metrics\""
)
# What differs between two answers to the same call: ids, times, counters, and padding against eavesdroppers.
_NOISE = re.compile(rb'"(obfuscation|p)": ?"[^"]*"|[A-Za-z0-9_-]{14,}|\d+')
_PIECES = re.compile(rb'"(?:content|text|delta|response|arguments|partial_json|thinking)": ?"((?:[^"\\]|\\.)*)"')
_MARKS = (
    ("cut short", re.compile(rb'"(length|max_tokens|MAX_TOKENS)"|"reason": ?"max_output_tokens"')),
    ("refused", re.compile(rb'"(content_filter|refusal|SAFETY|PROHIBITED_CONTENT|content_filtered)"')),
    ("a tool call", re.compile(rb'"(tool_calls|functionCall|toolUse)": ?\[?\{|tool_use|function_call|tool-call')),
    ("another model", re.compile(rb"fallback-small-1")),
)  # fmt: skip
_USAGE = re.compile(rb'"(usage|usageMetadata|eval_count)": ?[^n]')
_ECHO = b"You said"


def _frame(event: bytes) -> bytes:
    """The payload of a binary frame; the bytes themselves where they are none."""
    try:
        payload = eventstream.decode(event)[1]
    except ValueError:
        return event
    try:
        wrapped = json.loads(payload)["bytes"]
    except (ValueError, KeyError):
        return payload
    return base64.b64decode(wrapped)


def _payload(event: bytes) -> bytes:
    """An event without its framing."""
    start, end = event.find(b"{"), event.rfind(b"}")
    return event[start : end + 1] if start >= 0 else event.strip()


def _shape(event: bytes) -> bytes:
    return _NOISE.sub(b"#", _payload(event))


def _valid(event: bytes) -> bool:
    payload = _payload(event)
    if not payload.startswith(b"{"):
        return payload.startswith((b"data: [DONE]", b":", b"event:"))
    try:
        json.loads(payload)
    except ValueError:
        return False
    return True


def events_of(seen: Seen) -> tuple[list[bytes], bytes] | None:
    """The whole events of a stream and what is left; None where the answer is no stream."""
    kind = seen.headers.get("content-type", "")
    cutter = cutter_for(kind)
    if cutter is None:
        return None
    events = cutter.feed(seen.body)
    return [_frame(event) for event in events] if "eventstream" in kind else events, cutter.rest()


def words(seen: Seen) -> bytes:
    """What the model said, as far as it came."""
    stream = events_of(seen)
    return b"".join(_PIECES.findall(b"".join(stream[0]) if stream else seen.body))


def _difference(events: list[bytes], healthy: list[bytes]) -> str:
    """How a finished stream differs from a healthy one."""
    broken = sum(not _valid(event) for event in events)
    if broken:
        return "one broken" if broken == 1 else f"{broken} broken"
    now, then = [_shape(event) for event in events], [_shape(event) for event in healthy]
    if now == then:
        return ""
    if sorted(now) == sorted(then):
        return "two swapped"
    twice = [i for i in range(len(now) - 1) if now[i] == now[i + 1]]
    if len(now) == len(then) + 1 and any(now[:i] + now[i + 1 :] == then for i in twice):
        return "one twice"
    changed = [code for code in SequenceMatcher(None, then, now, autojunk=False).get_opcodes() if code[0] != "equal"]
    if len(changed) == 1 and changed[0][0] == "delete" and changed[0][2] - changed[0][1] == 1:
        return "one missing"
    return ""


def _stream(seen: Seen, healthy: Seen | None) -> str | None:
    found = events_of(seen)
    if found is None:
        return None
    events, rest = found
    begun = healthy and events_of(healthy)
    if any(_LAST.search(event) for event in events[-3:]):
        different = _difference(events, begun[0]) if begun else ""
        return "all events" + (f", {different}" if different else "")
    comments = [event for event in events if event.lstrip().startswith(b":") or b'"ping"' in event]
    if events and len(comments) == len(events):
        return "only keep-alives"
    count = len(events)
    words = "no events" if not count else "1 event" if count == 1 else f"{count} events"
    if not rest.strip():
        return words
    return f"{words} and a part" + (" of a character" if _torn(rest) else "")


def _torn(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return False


def _plain(seen: Seen) -> str:
    body = seen.body.strip()
    if not body:
        return "empty"
    if body[:1] in (b"{", b"["):
        try:
            json.loads(body)
        except ValueError:
            return "broken JSON"
        return "JSON"
    return "HTML" if body[:1] == b"<" else "text"


def _whole(seen: Seen) -> bytes:
    stream = events_of(seen)
    return b"".join(stream[0]) if stream else seen.body


def _marks(seen: Seen, healthy: Seen | None) -> list[str]:
    """What is different in the answer itself."""
    if seen.status != 200 or healthy is None:
        return []
    body, usual = _whole(seen), _whole(healthy)
    found = [name for name, mark in _MARKS if mark.search(body) and not mark.search(usual)]
    if _ECHO not in words(seen):
        found.append("other words")
    if _USAGE.search(usual) and not _USAGE.search(body):
        found.append("no usage")
    return found


def outcome(seen: Seen, healthy: Seen | None = None, timed: bool = False) -> str:
    """For example ``503 JSON``, ``200, 3 events, RST``, ``no answer, FIN``; with ``timed`` also whether it was late."""
    if seen.status is None:
        return f"no answer, {seen.end}"
    parts = []
    stream = _stream(seen, healthy) if seen.status == 200 else None
    whole = seen.end == "complete" and (stream is None or stream.startswith("all"))
    parts.append(f"200, {stream}" if stream else f"{seen.status} {_plain(seen)}")
    parts += _marks(seen, healthy) if whole and (stream or _plain(seen).endswith("JSON")) else []
    parts += ["late"] if timed and seen.first >= LATE else []
    parts += ["with pauses"] if timed and seen.gap >= LATE else []
    if seen.end != "complete":
        parts.append(seen.end)
    elif not whole:
        parts.append("clean end")
    return ", ".join(parts)
