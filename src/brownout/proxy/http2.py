"""Ending a stream, or a whole connection, with a frame of HTTP/2. Part of a performance."""

from __future__ import annotations

from typing import Any

from h2.errors import ErrorCodes
from mitmproxy.proxy import commands
from mitmproxy.proxy.layers.http import HttpLayer
from mitmproxy.proxy.layers.http._http2 import Http2Server

from brownout.effects import Certificate, Deliver, GoAway, ResetStream
from brownout.proxy.forwarding import Forwarding
from brownout.proxy.sending import Script


class Http2Endings(Forwarding):
    """What only HTTP/2 can do to the client of one job."""

    def _wire(self, effect: ResetStream | GoAway | Certificate | Deliver) -> Script:
        """What is below the call: a frame, after which nothing more can come; a certificate comes too late now.

        What is done to a webhook cannot be done to a call.
        """
        if isinstance(effect, Deliver):
            yield from self._skip("it strikes what the platform sends, and this is a call to it")
            return
        if isinstance(effect, Certificate):
            yield from self._skip("a certificate is shown before there is a call")
            return
        yield from self._last_frame(effect)
        yield from self._stop_upstream()
        yield from self.stream.drop()
        if isinstance(effect, GoAway):
            yield commands.CloseConnection(self.stream.context.client)

    def _last_frame(self, effect: ResetStream | GoAway) -> Script:
        yield from self._flush()
        self._ended = True
        server, how = self._server(), "goaway" if isinstance(effect, GoAway) else "rst_stream"
        if server is not None and not server.is_closed(self.stream.stream_id):
            if isinstance(effect, GoAway):
                server.h2_conn.close_connection(ErrorCodes[effect.code])
            else:
                server.h2_conn.reset_stream(self.stream.stream_id, ErrorCodes[effect.code])
            yield commands.SendData(self.stream.context.client, server.h2_conn.data_to_send())
            if (yield from self._flush()):
                self.job.shown, self.job.how = True, how
        self.ledger.finish(self.job, how)

    def _server(self) -> Any:
        """The proxy's side of the client's HTTP/2 connection; None for another version of HTTP."""
        for layer in reversed(self.stream.context.layers):
            if isinstance(layer, HttpLayer):
                server = layer.connections.get(self.stream.context.client)
                return server if isinstance(server, Http2Server) else None
        return None
