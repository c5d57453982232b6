"""The client's own TCP socket, below TLS and HTTP/2: how much is unsent, and how to abort it."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from mitmproxy import ctx
from mitmproxy.connection import Client

_ABORT = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 seconds: close() sends RST and drops what is unsent


def handler_of(client: Client) -> Any:
    """The handler that mitmproxy has for a client connection; None when it is gone."""
    proxyserver = ctx.master.addons.get("proxyserver")
    return proxyserver.connections.get(client.id) if proxyserver else None


def connections() -> int:
    """How many client connections are open at this proxy."""
    proxyserver = ctx.master.addons.get("proxyserver") if getattr(ctx, "master", None) else None
    return len(proxyserver.connections) if proxyserver else 0


def reader_of(client: Client) -> object:
    """What reads a client connection; None when it is gone."""
    handler = handler_of(client)
    return getattr(handler.transports.get(client), "reader", None) if handler else None


def transport_of(client: Client) -> asyncio.WriteTransport | None:
    """The asyncio transport of a client connection; None when it is gone."""
    handler = handler_of(client)
    io = handler.transports.get(handler.client) if handler else None
    writer = getattr(io, "writer", None)
    transport = getattr(writer, "transport", None)
    return transport if isinstance(transport, asyncio.WriteTransport) else None


def unsent(client: Client) -> int | None:
    """Bytes that the kernel has not taken yet; None when the connection is closed or closing."""
    transport = transport_of(client)
    if transport is None or transport.is_closing():
        return None
    return transport.get_write_buffer_size()


def reset(client: Client) -> bool:
    """Abort the connection with RST. False when it was gone already."""
    transport = transport_of(client)
    if transport is None or transport.is_closing():
        return False
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
    transport.abort()
    return True
