"""Second deliveries: the same request once more, on a connection of its own, with nobody waiting for the answer."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field

import certifi
import h11
from mitmproxy import http
from mitmproxy.proxy import commands

_LONGEST_START = 5.0  # for connecting and writing: so long a client may be kept waiting
_CHUNK = 65536


@dataclass
class SecondRequest:
    """A request that is pointed at the platform; ``problem`` says why it could not be sent."""

    request: http.Request
    longest: float
    problem: str | None = None
    sent: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class AgainHook(commands.StartHook):
    """Blocks one stream until its second request is on its way."""

    name = "brownout_again"
    order: SecondRequest


class Deliveries:
    """The second requests whose answers are still being read."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._under_way)

    async def send(self, order: SecondRequest) -> None:
        """Write the request; its answer is read to its end and thrown away, without anybody waiting."""
        task = asyncio.get_running_loop().create_task(_deliver(order))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        try:
            async with asyncio.timeout(_LONGEST_START):
                await order.sent.wait()
        except TimeoutError:
            task.cancel()
            order.problem = f"a second request could not be sent within {_LONGEST_START:.0f}s"

    async def stop(self) -> None:
        """Break off what is under way."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)


async def _deliver(order: SecondRequest) -> None:
    request = order.request
    encrypted = ssl.create_default_context(cafile=certifi.where()) if request.scheme == "https" else None
    try:
        async with asyncio.timeout(order.longest):
            reader, writer = await asyncio.open_connection(request.host, request.port, ssl=encrypted)
            try:
                connection = h11.Connection(h11.CLIENT)
                writer.write(_on_the_wire(connection, request))
                await writer.drain()
                order.sent.set()
                await _read_to_end(connection, reader)
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
    except (OSError, TimeoutError, h11.ProtocolError) as error:
        if not order.sent.is_set():
            order.problem = f"a second request could not be sent: {error}"
    finally:
        order.sent.set()


def _on_the_wire(connection: h11.Connection, request: http.Request) -> bytes:
    """The request as HTTP/1.1 bytes. Raises h11.LocalProtocolError."""
    fields = [field for field in request.headers.fields if field[0].lower() not in (b"host", b"connection")]
    host = request.host_header or request.host
    head = h11.Request(
        method=request.data.method,
        target=request.data.path,
        headers=[(b"Host", host.encode("latin-1", "replace")), *fields, (b"Connection", b"close")],
    )
    data = connection.send(head) or b""
    if request.raw_content:
        data += connection.send(h11.Data(data=request.raw_content)) or b""
    return data + (connection.send(h11.EndOfMessage()) or b"")


async def _read_to_end(connection: h11.Connection, reader: asyncio.StreamReader) -> None:
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_CHUNK))
        elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed) or event is h11.PAUSED:
            return
