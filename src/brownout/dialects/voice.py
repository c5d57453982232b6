"""The platform's voice in one call: how a fault gets words that only the provider's dialect knows."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from brownout.dialects.fronts import cdn
from brownout.dialects.headers import http_date
from brownout.dialects.registry import dialect_for
from brownout.dialects.sent import Sent, is_over, table_in, text_in, values_of
from brownout.exchange import Answer, Asked, Call, Failure, Finish, Headers, Page, Reply, Shows, Vectors

_BARE = re.compile(r"(?:resp_|chatcmpl-)([0-9A-Za-z]+)")
_WAITS = ("retry-after", "retry-after-ms")
_TOKEN = re.compile(r"\s*\S+\s*\Z|\s*\S+|\s+\Z")


def retry_after(failure: Failure) -> Headers:
    """The wait in the form that the failure asks for; for ``seconds`` see the dialect, which has its own habit."""
    wait = failure.retry_after or 0.0
    if failure.retry_form == "milliseconds":
        return (("retry-after-ms", str(math.ceil(wait * 1000))),)
    if failure.retry_form == "date":
        return (("retry-after", http_date(failure.now + wait)),)
    if failure.retry_form == "invalid":
        return (("retry-after", "soon"),)
    return (("retry-after", f"{wait:.3f}"),)


def sized(reply: Reply) -> Reply:
    """The reply with the content-length of its body."""
    if any(name.lower() == "content-length" for name, _ in reply.headers):
        return reply
    return replace(reply, headers=(*reply.headers, ("content-length", str(len(reply.body)))))


def pieces_of(text: str) -> tuple[str, ...]:
    """The tokens of a text: a word with the space before it each; together they are the text."""
    return tuple(_TOKEN.findall(text))


def count_of(text: str) -> int:
    """How many tokens a text has, without cutting it."""
    return len(text.split()) or int(bool(text))


class Voice:
    """One call's provider, as ``brownout.faults.base.Platform`` asks; ``now`` is the wall clock in Unix seconds."""

    def __init__(self, call: Call, now: float = 0.0) -> None:
        self._call = call
        self._dialect = dialect_for(call.service)
        self._now = now

    def failure(self, failure: Failure) -> Reply:
        """The provider's own answer for this failure, before anything was sent."""
        failure = replace(failure, now=self._now)
        reply = self._dialect.failure(self._call, failure)
        if failure.retry_after is not None and failure.retry_form != "seconds":
            others = tuple(header for header in reply.headers if header[0].lower() not in _WAITS)
            reply = replace(reply, headers=(*others, *retry_after(failure)))
        return sized(reply)

    def stream_failure(self, failure: Failure, sent: Sent) -> bytes:
        """The provider's own in-band error, as stream events of the same answer as what was ``sent``."""
        if is_over(sent):
            return b""
        return self._dialect.stream_failure(self._call, replace(failure, now=self._now), sent)

    def incomplete(self, id: str, finish: Finish, sent: Sent) -> bytes:
        """The closing events of a stream where the model stopped early, of the same answer as what was ``sent``."""
        if is_over(sent):
            return b""
        answer = Answer(id, int(self._now), (), max(1, len(self._call.text.split())), finish)
        return self._dialect.stream_incomplete(self._call, answer, sent)

    def id_in(self, first: bytes) -> str | None:
        """The bare id of the answer that has this body, or this first event; None without one to be said again."""
        for value in values_of([first]):
            named = text_in(table_in(value, "response") or value, "id")
            if match := _BARE.fullmatch(named):
                return match[1]
        return None

    def annotation(self, sent: Sent) -> bytes:
        """What the platform says about an answer, as an event of its own; nothing where it never does."""
        return self._dialect.annotation(self._call, sent)

    def farewell(self, failure: Failure) -> tuple[bytes, ...]:
        """Over a WebSocket: the messages that come unasked before a session ends."""
        return self._dialect.farewell(self._call, replace(failure, now=self._now))

    def asked(self) -> Asked:
        """What the caller insists on in the answer."""
        return self._dialect.asked(self._call)

    def in_messages(self, failure: Failure, shows: Shows, message: bytes) -> tuple[bytes, ...] | None:
        """Over a WebSocket: the messages that say no to this one of the client; None for one that asks for nothing."""
        return self._dialect.in_messages(self._call, replace(failure, now=self._now), shows, message)

    def gateway(self, status: int, page: Page, id: str) -> Reply:
        """What the CDN in front of the provider sends when it cannot get an answer."""
        request = self._call.request
        return sized(cdn.gateway(request.host, status, page, id, request.headers.get("accept"), self._now))

    def say(
        self,
        id: str,
        words: str = "",
        *,
        finish: Finish = "stop",
        tool: str | None = None,
        model: str | None = None,
        dimensions: int | None = None,
        vectors: Vectors | None = None,
    ) -> tuple[Reply, tuple[bytes, ...]]:
        """A 200 with these words in the platform's form; for a streamed call the head and the events."""
        sent = max(1, len(self._call.text.split()))
        pieces = pieces_of(words)
        return self._said(Answer(id, int(self._now), pieces, sent, finish, tool, model, dimensions, vectors))

    def think(self, id: str, thinking: str, finish: Finish) -> tuple[Reply, tuple[bytes, ...]]:
        """As ``say``: a 200 in which the model thinks this, and says nothing."""
        sent = max(1, len(self._call.text.split()))
        return self._said(Answer(id, int(self._now), (), sent, finish, thinking=pieces_of(thinking)))

    def _said(self, answer: Answer) -> tuple[Reply, tuple[bytes, ...]]:
        if not self._call.stream:
            return sized(self._dialect.answer(self._call, answer)), ()
        head = self._dialect.stream_head(self._call, answer)
        return head, tuple(self._dialect.stream(self._call, answer))
