"""What mitmproxy's HTTP/1 does not do: it gives up at trailers, and takes an early hint for the answer."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any

import h11
from h11._readers import ChunkedReader
from mitmproxy import http
from mitmproxy.connection import ConnectionState
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.layers.http import (
    Http1Client,
    Http1Server,
    RequestEndOfMessage,
    RequestTrailers,
    ResponseEndOfMessage,
    ResponseTrailers,
)
from mitmproxy.proxy.layers.http._base import ReceiveHttp

Commands = Generator[Any, Any, None]
_INTERIM = re.compile(rb"HTTP/1\.\d 1(?!01)\d\d[^\n]*\n(?:[^\r\n][^\n]*\n)*\r?\n")


class _Noting:
    """A body reader that puts trailers aside."""

    def __init__(self, reader: ChunkedReader) -> None:
        self._reader = reader
        self.trailers: http.Headers | None = None

    def __call__(self, buffer: Any) -> Any:
        event = self._reader(buffer)
        if isinstance(event, h11.EndOfMessage) and event.headers:
            self.trailers = http.Headers(event.headers.raw_items())
            return h11.EndOfMessage()
        return event

    def read_eof(self) -> Any:
        return self._reader.read_eof()


class _Trailing:
    """What both sides share."""

    trailers: http.Headers | None = None  # to be sent at the end of the message

    def with_trailers(self, commands: Commands, kind: type[RequestTrailers] | type[ResponseTrailers]) -> Commands:
        """The commands of reading a body, with its trailers before its end."""
        own: Any = self
        if type(own.body_reader) is ChunkedReader:
            own.body_reader = _Noting(own.body_reader)
        for command in commands:
            reader = own.body_reader
            noted = reader.trailers if isinstance(reader, _Noting) else None
            if noted and isinstance(command, ReceiveHttp) and isinstance(command.event, own.ReceiveEndOfMessage):
                reader.trailers = None
                yield ReceiveHttp(kind(own.stream_id, noted))
            yield command

    def end_with_trailers(self, message: http.Message | None) -> bytes | None:
        """The last chunk and the trailers; None without trailers, or where the framing has no place for them."""
        trailers, self.trailers = self.trailers, None
        if not trailers or message is None or "chunked" not in message.headers.get("transfer-encoding", "").lower():
            return None
        return b"0\r\n" + bytes(trailers) + b"\r\n"


class TrailingServer(_Trailing, Http1Server):
    """The client's connection."""

    def read_body(self, event: events.Event) -> Commands:
        yield from self.with_trailers(super().read_body(event), RequestTrailers)

    def send(self, event: Any) -> Commands:
        if isinstance(event, ResponseTrailers):
            self.trailers = event.trailers
            return
        if isinstance(event, ResponseEndOfMessage) and self.request and self.request.method.upper() != "HEAD":
            end = self.end_with_trailers(self.response)
            if end is not None:
                yield commands.SendData(self.conn, end)
                yield from self.mark_done(response=True)
                return
        yield from super().send(event)


class TrailingClient(_Trailing, Http1Client):
    """The platform's connection."""

    def read_headers(self, event: Any) -> Commands:
        """As mitmproxy's, without interim answers (100, 103): the real one is still to come."""
        while isinstance(event, events.DataReceived) and self.request and (interim := _INTERIM.match(bytes(self.buf))):
            self.buf.maybe_extract_at_most(interim.end())
        if isinstance(event, events.ConnectionClosed) or self.buf or not self.request:
            yield from super().read_headers(event)

    def read_body(self, event: events.Event) -> Commands:
        yield from self.with_trailers(super().read_body(event), ResponseTrailers)

    def send(self, event: Any) -> Commands:
        if isinstance(event, RequestTrailers):
            self.trailers = event.trailers
            return
        if isinstance(event, RequestEndOfMessage):
            end = self.end_with_trailers(self.request)
            if end is not None:
                yield commands.SendData(self.conn, end)
                yield from self.mark_done(request=True)
                return
        yield from super().send(event)


def improve(connection: Any) -> None:
    """Make a connection of mitmproxy's one of ours, where it speaks HTTP/1."""
    if type(connection) is Http1Server:
        connection.__class__ = TrailingServer
    elif type(connection) is Http1Client and connection.conn.state is not ConnectionState.CLOSED:
        connection.__class__ = TrailingClient
        connection.state = connection.read_headers
