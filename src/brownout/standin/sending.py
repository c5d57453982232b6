"""Putting an outcome on the wire: whole, or each event in a write of its own."""

from __future__ import annotations

import asyncio
import contextlib

from aiohttp import web
from multidict import CIMultiDict

from brownout.exchange import Reply
from brownout.standin import pace
from brownout.standin.responder import Outcome

_LONG = 1 << 20
"""Bytes of a reply that are sent in one go."""


def whole(reply: Reply) -> web.Response:
    """A reply that is no stream."""
    return web.Response(status=reply.status, headers=_headers(reply), body=reply.body)


def _headers(reply: Reply) -> CIMultiDict[str]:
    return CIMultiDict(reply.headers)


def _head(outcome: Outcome) -> web.StreamResponse:
    return web.StreamResponse(status=outcome.reply.status, headers=_headers(outcome.reply))


async def send(http: web.BaseRequest, outcome: Outcome, began: float) -> web.StreamResponse:
    """Send an outcome at its pace, from the moment ``began`` of the event loop's clock."""
    if outcome.events is not None:
        streaming = Streaming(http, began)
        await streaming.part(outcome)
        return await streaming.end()
    await pace.until(began + outcome.due[0])
    outcome.keep()
    if len(outcome.reply.body) > _LONG:
        return await _in_parts(http, outcome.reply)
    return whole(outcome.reply)


async def _in_parts(http: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    """A long reply, taken by the connection part by part: all of it at once would be copied at once, too."""
    response = web.StreamResponse(status=reply.status, headers=_headers(reply))
    response.content_length = len(reply.body)
    with contextlib.suppress(ConnectionResetError):  # there is nobody to tell
        await response.prepare(http)
        for start in range(0, len(reply.body), _LONG):
            await response.write(reply.body[start : start + _LONG])
        await response.write_eof()
    return response


class Streaming:
    """A streamed answer on its way, in one part or in several; a caller who leaves ends it (``gone``)."""

    def __init__(self, http: web.BaseRequest, began: float) -> None:
        self._http, self._began = http, began
        self._response: web.StreamResponse | None = None
        self._sent = 0
        self.gone = False

    async def part(self, outcome: Outcome) -> None:
        """Send what comes after the parts before; head and first event go out together."""
        events = (outcome.events or ())[self._sent :]
        due = outcome.due[self._sent :]
        began = self._late(due)
        try:
            for position, (event, moment) in enumerate(zip(events, due, strict=True), 1):
                await pace.until(began + moment)
                if self._response is None:
                    self._response = _head(outcome)
                    await self._response.prepare(self._http)
                if position == len(events):
                    outcome.keep()
                await self._response.write(event)
        except ConnectionResetError:
            self.gone = True  # there is nobody to tell
        self._sent += len(events)

    async def end(self) -> web.StreamResponse:
        """End the body: this was all of it."""
        assert self._response is not None
        if not self.gone:
            try:
                await self._response.write_eof()
            except ConnectionResetError:
                self.gone = True
        return self._response

    def _late(self, due: tuple[float, ...]) -> float:
        """When it would have begun, had it not waited: after a wait, events keep their distances."""
        if not self._sent or not due:
            return self._began
        return max(self._began, asyncio.get_running_loop().time() - due[0])
