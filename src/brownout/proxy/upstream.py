"""Where forwarded requests go: to the stand-in, or to the real platform within a budget."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

from mitmproxy import http

from brownout.exchange import Request
from brownout.orders import BUDGET_SPENT
from brownout.services import ASKED_HOST_HEADER, BUILT_IN, DECLARED_HEADER, HOST_HEADER, Catalogue


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

    def is_standin(self, address: tuple[str, int]) -> bool:
        """Whether this is the address of the stand-in."""
        return address == self._standin

    def may_reach(self, address: tuple[str, int]) -> bool:
        """Whether a connection for a platform's call may go there: with a stand-in, to that alone."""
        return self._standin is None or self.is_standin(address)

    def direct(
        self, flow_request: http.Request, asked: Request, whole: bool, spare: int = 0, catalogue: Catalogue = BUILT_IN
    ) -> str | None:
        """Set destination and path. Returns what is wrong, or None.

        ``whole``: the answer is passed on unread. ``spare``: so many calls of the budget are left for others.
        """
        if self._standin is None and self.left is not None:
            if self.left <= spare:
                return BUDGET_SPENT
            self.left -= 1
        flow_request.path = f"{asked.path}?{asked.query}" if asked.query else asked.path
        if asked.body and "transfer-encoding" not in flow_request.headers:
            # An HTTP/2 client need not say how long its body is; over HTTP/1 somebody must.
            flow_request.headers.setdefault("content-length", str(len(asked.body)))
        if not whole:
            # An answer that is cut at an event must not arrive compressed.
            flow_request.headers["accept-encoding"] = "identity"
        if self._standin is None:
            flow_request.scheme, flow_request.host, flow_request.port = "https", asked.host, 443
            flow_request.headers.pop("x-brownout-tier", None)
            flow_request.headers.pop("x-brownout-region", None)
        else:
            flow_request.headers[ASKED_HOST_HEADER] = flow_request.host_header or asked.host
            flow_request.scheme = "http"
            flow_request.host, flow_request.port = self._standin
            flow_request.headers[HOST_HEADER] = asked.host
            flow_request.headers.pop(DECLARED_HEADER, None)
            if declaration := catalogue.declaration(asked.host):
                flow_request.headers[DECLARED_HEADER] = declaration
        return None
