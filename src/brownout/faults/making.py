"""What the faults share that make an answer up: who can show one, and which head belongs to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from brownout.calls.halves import CUT_JSON as CUT_JSON
from brownout.effects import Forward, Program
from brownout.exchange import Call, Headers, Reply
from brownout.faults.base import Strike, answer_with
from brownout.faults.keeping import keeps_answer
from brownout.wire.edits import Instead

_CHAINED = ("chat", "responses")
# Parts of platforms that take messages too, but answer nothing in words, or not at once.
_SILENT = ("assistants", "async", "batches", "conversations", "files", "other", "realtime", "search")


def talks(call: Call) -> bool:
    """Whether the platform answers this call in words: not a list, a vector, a picture or a number of tokens."""
    path = call.request.path.rstrip("/").lower()
    asks = call.request.method == "POST" and (bool(call.turns) or call.part == "fim")
    return asks and call.part not in _SILENT and not path.endswith("tokens")


def spoken(strike: Strike, say: Callable[[str], tuple[Reply, tuple[bytes, ...]]]) -> Program:
    """A made-up answer, which ``say`` gives for an id.

    Where the platform keeps its answers, it is asked, and the made-up one bears the id of the real one: the next call
    may go on from it.
    """
    if not keeps_answer(strike.call) or strike.call.part not in _CHAINED:
        return answer_with(*say(strike.id))

    def named(first: bytes) -> tuple[bytes, ...]:
        id = strike.platform.id_in(first)
        if id is None:
            return ()
        reply, events = say(id)
        return events or (reply.body,)

    return (Forward(edit=Instead(named)),)


def retyped(headers: Headers, content_type: str) -> Headers:
    """These headers with another content type, and without a length."""
    others = tuple(header for header in headers if header[0].lower() not in ("content-type", "content-length"))
    return (("content-type", content_type), *others)


def content_type(headers: Headers) -> str:
    """The value of the content-type header; empty where there is none."""
    return next((value for name, value in headers if name.lower() == "content-type"), "")


def one_event(headers: Headers, value: Any) -> bytes:
    """JSON as one event of the framing that these headers promise; bare where that is no text."""
    data = json.dumps(value, ensure_ascii=False).encode()
    if content_type(headers).startswith("text/event-stream"):
        return b"data: " + data + b"\n\n"
    return data + b"\n" if "json" in content_type(headers) else data


def page(status: int, title: str, *more: tuple[str, str]) -> Reply:
    """A short page as web servers in front of a platform send it."""
    lines = (
        "<html>",
        f"<head><title>{status} {title}</title></head>",
        "<body>",
        f"<center><h1>{status} {title}</h1></center>",
        "<hr><center>nginx</center>",
        "</body>",
        "</html>",
        "",
    )
    return Reply(status, (("server", "nginx"), ("content-type", "text/html"), *more), "\r\n".join(lines).encode())
