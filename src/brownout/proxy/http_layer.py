"""mitmproxy's HTTP layer with our own streams, and with turns for everybody else between what one client says."""

from __future__ import annotations

from collections import deque
from copy import copy

from mitmproxy.proxy import events, layer
from mitmproxy.proxy.layers.http import GetHttpConnection, HttpLayer
from mitmproxy.proxy.layers.http._http2 import Http2Server

from brownout.proxy import http1, sockets, turns
from brownout.proxy.seams import Commands
from brownout.proxy.stream import FaultStream
from brownout.proxy.turns import Portions
from brownout.proxy.waiting import Tick, TickCompleted, next_turn


class FaultLayer(HttpLayer):
    """An HttpLayer whose streams are FaultStreams. Existing layers are switched over by changing their class."""

    _portions: Portions | None = None
    _line: deque[events.Event]
    _turn: Tick | None = None

    def _handle_event(self, event: events.Event) -> Commands:
        """As mitmproxy's; but what a client says over HTTP/2 is handled portion by portion, and others in between."""
        client = self.context.client
        if isinstance(self.connections.get(client), Http2Server):
            if isinstance(event, TickCompleted) and event.command is self._turn:
                self._turn = None
            elif isinstance(event, events.ConnectionEvent) and event.connection is client:
                self._stand_in_line(event)
            else:
                yield from super()._handle_event(event)
                return
            reader = sockets.reader_of(client)
            turns.hold(reader, False)  # where mitmproxy fails over a portion, nobody would do so later
            while self._line and self._turn is None:
                yield from super()._handle_event(self._line.popleft())
                if self._line and (turn := next_turn(client, self)) is not None:
                    self._turn = turn
                    yield turn
            turns.hold(reader, self._turn is not None)
            return
        yield from super()._handle_event(event)

    def _stand_in_line(self, event: events.ConnectionEvent) -> None:
        if self._portions is None:
            self._portions, self._line = Portions(), deque()
        if isinstance(event, events.DataReceived):
            portions = self._portions.of(event.data)
            self._line.extend(events.DataReceived(event.connection, portion) for portion in portions)
        else:
            self._line.append(event)

    def get_connection(self, event: GetHttpConnection, *, reuse: bool = True) -> Commands:
        """As mitmproxy's; but from HTTP/2 to plain HTTP it would look for one to use again, among all, and in vain."""
        if self.context.client.alpn == b"h2" and not event.tls:
            reuse = False
        yield from super().get_connection(event, reuse=reuse)

    def make_stream(self, stream_id: int) -> layer.CommandGenerator[None]:
        """As mitmproxy's, with our own class of stream."""
        http1.improve(self.connections[self.context.client])
        # As context.fork(), which would make a server (and its random id) only to put ours in its place.
        context = copy(self.context)
        context.layers = self.context.layers.copy()
        stream = FaultStream(context, stream_id)
        self.streams[stream_id] = stream
        yield from self.event_to_child(stream, events.Start())
