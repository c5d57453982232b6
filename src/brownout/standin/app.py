"""The stand-in as a server: requests in, whole or streamed answers out, each event in a write of its own."""

from __future__ import annotations

import asyncio
import functools
import hmac
import logging
import time

from aiohttp import web
from aiohttp.http import HttpProcessingError

from brownout.dialects.openai.common import digest
from brownout.exchange import Reply
from brownout.journal import MemoryJournal
from brownout.orders import Pace
from brownout.services import BUILT_IN, Catalogue
from brownout.standin import limits
from brownout.standin.beginning import Beginning
from brownout.standin.calling import Calling
from brownout.standin.channels import PREFIX, Channels
from brownout.standin.delivery import Deciding
from brownout.standin.inbound import Inbound
from brownout.standin.recognise import Arrived, recognise
from brownout.standin.responder import Begun, Responder
from brownout.standin.sending import send, whole
from brownout.standin.status_track import StatusTrack
from brownout.standin.websocket import Sockets
from brownout.standin.work import in_turns, is_long
from brownout.tool_use import ToolUse

MAX_BODY = 32 * 1024 * 1024
GRACE = 0.5
"""Seconds that running answers get when the stand-in ends."""
_NOBODY = (
    b'{"error":{"message":"This is the brownout stand-in, and the request names no platform. Use the base URL '
    b'/openai/v1 or /anthropic, or the header x-brownout-host.","type":"invalid_request_error"}}'
)


class _WithoutWords(logging.Filter):
    """Names what was wrong with a request, and leaves its words out: they may be a key."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError):
            record.msg, record.args = "a request that is no HTTP: %s", (type(error).__name__,)
            record.exc_info = record.exc_text = None
        return True


def _logger() -> logging.Logger:
    logger = logging.getLogger("brownout.standin")
    if not logger.filters:
        logger.addFilter(_WithoutWords())
    return logger


class Standin:
    """One HTTP server on one loopback port, for all platforms."""

    def __init__(
        self,
        seed: int = 1,
        pacing: Pace | None = None,
        track: StatusTrack | None = None,
        inbound: Inbound | None = None,
        catalogue: Catalogue = BUILT_IN,
        tools: ToolUse | None = None,
        token: str = "",
    ) -> None:
        self.catalogue = catalogue
        self.responder = Responder(seed, pacing or Pace(), (track or StatusTrack({})).state, tools)
        self.inbound = inbound or Inbound({}, Deciding(None, 1.0, Beginning()), MemoryJournal())
        self.channels = Channels(seed, self.responder, self.inbound)
        self.sockets = Sockets(self.responder)
        self.calling = Calling()
        self._refused = 0
        self._token = f"Bearer {token}".encode() if token else b""
        self._runner: web.ServerRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen, and give back the port. Raises OSError where that is impossible."""
        loop = asyncio.get_running_loop()
        factory = functools.partial(web.BaseRequest, loop=loop, client_max_size=MAX_BODY)
        server = limits.Server(self._handle, request_factory=factory, access_log=None, logger=_logger(), **limits.READ)
        self._runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=GRACE)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, backlog=1024)
        try:
            await site.start()
        except OSError:
            await self.stop()
            raise
        self.channels.start()
        listening: int = self._runner.addresses[0][1]
        return listening

    async def stop(self) -> None:
        """Stop listening; answers that are still running are cut after a moment."""
        if self._runner:
            await self.channels.stop()
            await self.sockets.close()
            await self.calling.stop()
            await self.inbound.stop()
            await self._runner.cleanup()
            self._runner = None

    def _knows(self, http: web.BaseRequest) -> bool:
        shown = http.headers.get("authorization", "").encode("utf-8", "surrogateescape")
        return not self._token or hmac.compare_digest(shown, self._token)

    def _next_id(self) -> str:
        """The id of a refusal that comes before a request is read."""
        self._refused += 1
        return digest("refused", str(self.responder.seed), str(self._refused), size=16)

    async def _handle(self, http: web.BaseRequest) -> web.StreamResponse:
        began = asyncio.get_running_loop().time()
        try:
            body = await http.read()
        except web.HTTPRequestEntityTooLarge:
            arrived = _arrived(http, b"", self.catalogue)
            return whole(limits.too_large(arrived, self._next_id())) if arrived else web.Response(status=413)
        arrived = _arrived(http, body, self.catalogue)
        if arrived is None and http.path.startswith(PREFIX):
            if not self._knows(http):
                return web.json_response({"error": "the token of the stand-in is missing or wrong"}, status=401)
            status, told = await self.channels.control(http.method, http.path, http.query_string, body)
            return web.json_response(told, status=status)
        if arrived is None:
            return web.Response(status=404, body=_NOBODY, content_type="application/json")
        if refused := limits.overlong(http):
            return whole(limits.refused(arrived, self._next_id(), refused))
        if call := self.sockets.asks(arrived):
            served = await self.sockets.serve(http, arrived, call)
            return whole(served) if isinstance(served, Reply) else served
        long = is_long(arrived.service, arrived.request)
        begun = await in_turns(self.responder.beginning(arrived, int(time.time())), long)
        if not isinstance(begun, Begun):
            return await send(http, begun, began)
        made = self.channels.callbacks(begun.call)
        if made is None:
            return await send(http, await in_turns(begun.steps(()), long), began)
        return await self.calling.answer(http, begun, made, began)


def _arrived(http: web.BaseRequest, body: bytes, known: Catalogue) -> Arrived | None:
    headers = {name.lower(): value for name, value in http.headers.items()}
    return recognise(http.method, http.rel_url.raw_path, http.rel_url.raw_query_string, headers, body, known)
