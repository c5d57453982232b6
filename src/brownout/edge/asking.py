"""What an answer asks its client to wait, gathered while the answer passes. Knows no clock: whoever makes it does."""

from __future__ import annotations

from brownout.calls import retry_after
from brownout.dialects import dialect_for
from brownout.edge.port import ResponseHead
from brownout.exchange import Call, Reply

_KEPT = 16_384
"""Bytes of an answer in which a wait is looked for: the first of one that failed, the last of a stream."""
_WAITS = (b"retry-after", b"retry-after-ms")


class Asking:
    """Feed it an answer as it goes to the client, whose head went out at ``now`` in Unix seconds.

    Of a 200, what follows the first mention of an error is kept: its streams are where platforms fail late.
    """

    def __init__(self, head: ResponseHead, now: float) -> None:
        self._head, self._now = head, now
        self._body = b""
        self._reads = b"content-encoding" not in head.names

    def feed(self, data: bytes) -> None:
        """The next bytes of the body."""
        if not self._reads:
            return
        if self._head.status >= 400:
            self._body = (self._body + data)[:_KEPT] if len(self._body) < _KEPT else self._body
        elif self._body or b"error" in data:
            self._body = (self._body + data)[-_KEPT:]

    def seconds(self, call: Call) -> float | None:
        """The wait that the answer asks for, as the call's dialect reads it; None where it names none."""
        status = self._head.status
        if status != 200 and status < 400:
            named = {name.decode(): self._head.text(name) for name in _WAITS if name in self._head.names}
            return retry_after.seconds(named, self._now)
        if status == 200 and not (call.stream and self._body):
            return None
        fields = self._head.fields if status >= 400 else ()
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in fields)
        return dialect_for(call.service).wait(Reply(status, headers, self._body), self._now)
