"""What the carrier's parts ask of each other where neither may import the other: protocols, and nothing else."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Protocol, TypeAlias

from mitmproxy import http
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import ResponseHeaders

from brownout.edge.job import Job
from brownout.edge.ledger import Ledger

Commands: TypeAlias = Generator[Any, Any, Any]
"""Commands to mitmproxy's layers, one after the other."""


class Host(Protocol):
    """The addon, as a stream sees it. ``lean``: no other addon is there to hear HTTP hooks."""

    lean: bool
    ledger: Ledger

    def admit(self, flow: http.HTTPFlow, body: bytes) -> Job | None:
        """The job for a request to a platform; None for anything else."""

    def pass_by(self, flow: http.HTTPFlow) -> None:
        """A request that is for no platform."""

    def direct(self, request: http.Request, job: Job, spare: int = 0) -> str | None:
        """Point a request at the platform, with so many calls of the budget to spare. Returns what is wrong."""


class Stream(Protocol):
    """One HTTP exchange of mitmproxy's, as its port sees it."""

    context: Context
    flow: http.HTTPFlow
    stream_id: int

    @property
    def performed(self) -> Job:
        """The job that is being performed on this stream."""

    def ask_platform(self) -> Commands:
        """Send the request on. Gives back what is wrong, or None."""

    def ask_again(self) -> Commands:
        """Send it on a second time. Gives back what is wrong, or None."""

    def hand_over(self, event: ResponseHeaders) -> Commands:
        """Pass the platform's 101 on; what follows is no HTTP."""

    def drop(self) -> Commands:
        """Forget this exchange; what the platform still sends is ignored."""

    def has_events(self) -> bool:
        """Whether events came while it was paused."""
