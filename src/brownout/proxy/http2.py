"""Ending a stream, or a whole connection, with a frame of HTTP/2."""

from __future__ import annotations

from typing import Any

from h2.errors import ErrorCodes
from mitmproxy.connection import Client
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import HttpLayer
from mitmproxy.proxy.layers.http._http2 import Http2Server


def reset_stream(context: Context, stream_id: int, code: str) -> bytes:
    """The frame that aborts a stream; empty where there is none to abort."""
    server = _server(context, context.client, stream_id)
    if server is None:
        return b""
    server.h2_conn.reset_stream(stream_id, ErrorCodes[code])
    return bytes(server.h2_conn.data_to_send())


def go_away(context: Context, stream_id: int, code: str) -> bytes:
    """The frame that ends a connection; empty where it has no such frame, or where the stream is over."""
    server = _server(context, context.client, stream_id)
    if server is None:
        return b""
    server.h2_conn.close_connection(ErrorCodes[code])
    return bytes(server.h2_conn.data_to_send())


def _server(context: Context, client: Client, stream_id: int) -> Any:
    """The proxy's side of a client's HTTP/2 connection, where this stream is open; None for another version."""
    for layer in reversed(context.layers):
        if isinstance(layer, HttpLayer):
            server = layer.connections.get(client)
            is_open = isinstance(server, Http2Server) and not server.is_closed(stream_id)
            return server if is_open else None
    return None
