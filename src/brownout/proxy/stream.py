"""The seam into mitmproxy: an HttpStream that performs effects, on made-up answers and on forwarded ones.

mitmproxy's layers are generators; a blocking command pauses this one stream only. A performance is a coroutine that
awaits nothing but its port (``port.py``): what comes out of it are mitmproxy's commands, carried out here, or ``NEXT``
for the platform's next event.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from mitmproxy.connection import Client
from mitmproxy.http import Request
from mitmproxy.proxy import events
from mitmproxy.proxy.layers.http import (
    DropStream,
    HttpErrorHook,
    HttpLayer,
    HTTPMode,
    HttpRequestHeadersHook,
    HttpRequestHook,
    HttpResponseHeadersHook,
    HttpResponseHook,
    HttpStream,
    RequestData,
    RequestEndOfMessage,
    RequestHeaders,
    RequestProtocolError,
    RequestTrailers,
    ResponseEndOfMessage,
    ResponseHeaders,
    ResponseProtocolError,
    SendHttp,
)

from brownout.edge.job import Job
from brownout.edge.perform import Performance
from brownout.edge.port import ClientLeft, PlatformFailed
from brownout.proxy import compat, http1
from brownout.proxy.again import AgainHook, SecondRequest
from brownout.proxy.open_websockets import relay_for
from brownout.proxy.port import NEXT, StreamPort, is_last
from brownout.proxy.seams import Commands, Host

_HTTP_HOOKS = (HttpRequestHeadersHook, HttpRequestHook, HttpResponseHeadersHook, HttpResponseHook, HttpErrorHook)


def _without_hooks(commands: Commands) -> Commands:
    """The same commands, less the HTTP hooks that no addon listens to: each costs a task and a walk over addons."""
    reply = None
    while True:
        try:
            command = commands.send(reply)
        except StopIteration as stop:
            return stop.value
        reply = None if isinstance(command, _HTTP_HOOKS) else (yield command)


def _to_us(request: Request, client: Client) -> None:
    """Address a request in origin form to where it came, before mitmproxy takes its destination from Host.

    HTTP/2 has one form for both. A client that speaks it to us in the open has no use for a forward proxy.
    """
    if (not request.host or request.is_http2) and client.sockname is not None:
        request.data.host, request.data.port = client.sockname[:2]
        request.scheme = "http"


class FaultStream(HttpStream):
    """One HTTP exchange, struck or passed through unchanged."""

    inject: Host
    job: Job | None = None
    port: StreamPort | None = None
    _script: Coroutine[Any, Any, None] | None = None
    _listens = False

    def handle_event(self, event: events.Event) -> Commands:
        """As mitmproxy's, but a client that leaves also ends a wait, and so does an answer that is being kept."""
        if self.job is not None:
            if isinstance(event, RequestProtocolError):
                self.job.leave()
            elif self.port is not None and self.port.keeping and is_last(event):
                self.job.wake.set()
        yield from super().handle_event(event)

    def _handle_event(self, event: events.Event) -> Commands:
        if self.inject.lean:
            yield from _without_hooks(super()._handle_event(event))
        else:
            yield from super()._handle_event(event)

    def state_wait_for_request_headers(self, event: events.Event) -> Commands:
        """As mitmproxy's; but what is asked of us as of a web server names no other server, whatever its Host says."""
        if isinstance(event, RequestHeaders) and self.mode is HTTPMode.regular and event.request.method != "CONNECT":
            _to_us(event.request, self.context.client)
        yield from super().state_wait_for_request_headers(event)

    def state_consume_request_body(self, event: events.Event) -> Commands:
        """Once the request is whole: admit it, and let the performance take over from here."""
        if not isinstance(event, RequestEndOfMessage):
            yield from super().state_consume_request_body(event)
            return
        body = bytes(self.request_body_buf)
        self.job = self.inject.admit(self.flow, body)
        if self.job is None:
            self.inject.pass_by(self.flow)
            yield from super().state_consume_request_body(event)
            return
        self.request_body_buf.clear()
        self.flow.request.data.content = body
        self.client_state = self.state_done
        yield HttpRequestHook(self.flow)
        self.server_state = self.state_performing
        self.port = StreamPort(self)
        self._script = Performance(self.port, self.job, self.inject.ledger).run()
        yield from self._advance(None)

    def state_wait_for_response_headers(self, event: events.Event) -> Commands:
        """As mitmproxy's; but what is no platform's is passed on as it comes, however long it is."""
        if self.job is None and isinstance(event, ResponseHeaders):
            event.response.stream = True
        yield from super().state_wait_for_response_headers(event)

    def state_performing(self, event: events.Event) -> Commands:
        """An event from the platform, for the performance."""
        yield from self._advance(event)

    def _advance(self, value: Any, error: Exception | None = None) -> Commands:
        """Carry the performance out until it wants the platform's next event, or is over. ``error``: what it meets."""
        script, self._listens = self._script, False
        while script is not None:
            try:
                command = script.send(value) if error is None else script.throw(error)
            except StopIteration:
                self._script = None
                return
            error = None
            if command is NEXT:
                self._listens = True
                return
            value = yield command

    @property
    def performed(self) -> Job:
        assert self.job is not None
        return self.job

    def ask_platform(self) -> Commands:
        """Send the request on. Returns what is wrong, or None."""
        problem = self.inject.direct(self.flow.request, self.performed)
        if problem is not None:
            return problem
        reached = yield from self.make_server_connection()
        if not reached:
            return "the platform could not be reached"
        request, content = self.flow.request, self.flow.request.raw_content
        server = self.context.server
        connections = self._http_layer.connections
        http1.improve(connections[server].context.layers[-1] if server in connections else None)
        yield SendHttp(RequestHeaders(self.stream_id, request, not content and not request.trailers), server)
        if content:
            yield SendHttp(RequestData(self.stream_id, content), server)
        if request.trailers:
            yield SendHttp(RequestTrailers(self.stream_id, request.trailers), server)
        yield SendHttp(RequestEndOfMessage(self.stream_id), server)
        return None

    def ask_again(self) -> Commands:
        """Send the request on a second time, on a connection of its own. Returns what is wrong, or None."""
        request = self.flow.request.copy()
        problem = self.inject.direct(request, self.performed, spare=1)
        if problem is not None:
            return problem
        order = SecondRequest(request, self.inject.ledger.hang_cap)
        yield AgainHook(order)
        return order.problem

    @property
    def _http_layer(self) -> HttpLayer:
        above = self.context.layers[self.context.layers.index(self) - 1]
        assert isinstance(above, HttpLayer)
        return above

    def passthrough(self, event: events.Event) -> Commands:
        """As mitmproxy's, which fails where a client leaves right behind its CONNECT."""
        if isinstance(event, RequestProtocolError):
            event = RequestEndOfMessage(self.stream_id)
        yield from super().passthrough(event)

    def hand_over(self, event: ResponseHeaders) -> Commands:
        """Pass a 101 on as mitmproxy does, which ends in ``flow_done``."""
        self._script = None
        self.server_state = self.state_wait_for_response_headers
        yield from self.server_state(event)

    def flow_done(self) -> Commands:
        """As mitmproxy's, but an open WebSocket is relayed by us."""
        job, flow = self.job, self.flow
        if job is None or job.over or flow.response is None or flow.response.status_code != 101:
            yield from super().flow_done()
            return
        if flow.websocket is None:
            self.inject.ledger.finish(job, "upgraded")
            yield from super().flow_done()
            return
        self.child_layer = relay_for(self.context, flow, job, self.inject.ledger, not self.inject.lean)
        self._handle_event = self.passthrough  # type: ignore[method-assign]  # as mitmproxy does it
        yield SendHttp(ResponseEndOfMessage(self.stream_id), self.context.client)
        yield from self.passthrough(events.Start())

    def drop(self) -> Commands:
        """Forget this stream; what the platform still sends is ignored."""
        self.flow.live = False
        self.server_state = self.state_done
        yield DropStream(self.stream_id)

    def handle_protocol_error(self, event: RequestProtocolError | ResponseProtocolError) -> Commands:
        """A peer is gone. Never mitmproxy's own 502 page: what a platform does when it dies is close."""
        job = self.job
        if job is None or job.over:
            yield from super().handle_protocol_error(event)
            return
        left = isinstance(event, RequestProtocolError)
        if self._listens:
            yield from self._advance(None, ClientLeft() if left else PlatformFailed(event.message))
        elif self._script is not None:
            return  # it has asked for a connection, and is told that there is none
        else:
            self.inject.ledger.finish(job, "client_left" if left else "error")
            if not left:
                yield SendHttp(compat.close_without_answer(self.stream_id), self.context.client)
            yield from self.drop()
        self.client_state = self.server_state = self.state_errored

    def has_events(self) -> bool:
        """Whether events came while this stream was paused."""
        return bool(self._paused_event_queue)
