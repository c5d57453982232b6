"""The platform's name leads nowhere."""

from __future__ import annotations

from typing import ClassVar, Literal

from brownout.effects import Program
from brownout.exchange import Reply
from brownout.faults.base import Fault, Strike, Target, answer_with

_TEXT = "Cannot resolve {host}: Name or service not known\n"


class NameNotResolved(Fault):
    """The platform's name cannot be resolved, says the proxy that the client goes through."""

    strikes: ClassVar[frozenset[Target]] = frozenset({"connections"})
    carriers: ClassVar[tuple[str, ...]] = ("intercept",)

    status: Literal[502, 503, 504] = 502
    """The proxy's answer to the client's CONNECT; real ones differ: 502, or 503 as Squid's and Envoy's."""

    def program(self, strike: Strike) -> Program:
        """The refusal of a tunnel, as a forward proxy gives it."""
        text = _TEXT.format(host=strike.call.request.host).encode()
        headers = (
            ("content-type", "text/plain; charset=utf-8"),
            ("content-length", str(len(text))),
            ("connection", "close"),
        )
        return answer_with(Reply(self.status, headers, text))
