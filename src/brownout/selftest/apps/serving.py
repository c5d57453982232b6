"""How each application is served: on loopback, at the port that the drill gives it, and gone at once when told so."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from aiohttp import web

LATER = "There is no answer right now. Please come back in a moment."
"""The words of a sound application where there is no answer."""


async def _ready(request: web.Request) -> web.Response:
    return web.json_response({"ok": True})


def serve(routes: Iterable[web.AbstractRouteDef]) -> None:
    """Serve these routes, and say that it is ready at ``/healthz``, until the process is ended."""
    app = web.Application()
    app.add_routes([web.get("/healthz", _ready), *routes])
    port = int(sys.argv[1])
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None, shutdown_timeout=0.1)


def answer(body: Any, status: int = 200, wait: str | None = None) -> web.Response:
    """A JSON answer, with a time to come back where one is given."""
    return web.json_response(body, status=status, headers={"retry-after": wait} if wait else None)


def later(wait: str | None = None) -> web.Response:
    """An honest refusal with a time to come back: the platform's own, if it named one."""
    return answer({"error": LATER}, 503, wait or "1")
