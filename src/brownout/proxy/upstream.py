"""Where forwarded requests go: to the stand-in, or to the real platform within a budget."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

from mitmproxy import http

from brownout.exchange import Request

PLATFORM_HEADER = "x-brownout-host"  # tells the stand-in which platform it is


class Unlimited(defaultdict[Any, asyncio.Semaphore]):
    """In the place of mitmproxy's cap on connections to one address."""

    def __init__(self) -> None:
        super().__init__(lambda: asyncio.Semaphore(1_000_000))


class Upstream:
    """Points requests at the stand-in's base URL; or, with None, at the real platform, ``budget`` times at most."""

    def __init__(self, standin: str | None, budget: int | None) -> None:
        parts = urlsplit(standin) if standin else None
        self._standin = (parts.hostname or "127.0.0.1", parts.port or 80) if parts else None
        self.left = budget

    def direct(self, flow_request: http.Request, asked: Request, whole: bool) -> str | None:
        """Set destination and path. ``whole``: the answer is passed on unread. Returns what is wrong, or None."""
        if self._standin is None and self.left is not None:
            if self.left <= 0:
                return "the budget of calls to the real platform is used up"
            self.left -= 1
        flow_request.path = f"{asked.path}?{asked.query}" if asked.query else asked.path
        if not whole:
            # An answer that is cut at an event must not arrive compressed.
            flow_request.headers["accept-encoding"] = "identity"
        if self._standin is None:
            flow_request.scheme, flow_request.host, flow_request.port = "https", asked.host, 443
            flow_request.headers.pop("x-brownout-tier", None)
            flow_request.headers.pop("x-brownout-region", None)
        else:
            flow_request.scheme = "http"
            flow_request.host, flow_request.port = self._standin
            flow_request.headers[PLATFORM_HEADER] = asked.host
        return None
