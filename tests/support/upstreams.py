"""Platforms made of raw sockets: they send just the bytes they are told to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Received:
    """A request as it came off the socket."""

    head: str
    body: bytes

    def header(self, name: str) -> str | None:
        """A header's value."""
        for line in self.head.split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.strip().lower() == name.lower():
                return value.strip()
        return None


Handler = Callable[[socket.socket, Received], None]


@dataclass
class RawUpstream:
    """What it was asked, and where it is."""

    port: int
    received: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Base URL."""
        return f"http://127.0.0.1:{self.port}"


def read_message(connection: socket.socket, buffered: bytes = b"") -> tuple[str, bytes, bytes] | None:
    """Head, body and what came after, of one message with a content-length; None when the peer is done."""
    data = buffered
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    raw_head, _, data = data.partition(b"\r\n\r\n")
    head = raw_head.decode("latin-1")
    try:
        length = int(
            next((line.split(":")[1] for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0)
        )
    except ValueError:  # no message of HTTP: whoever switched protocols may send anything
        return None
    while len(data) < length:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    return head, data[:length], data[length:]


def json_reply(body: bytes, *headers: str, status: str = "200 OK") -> Handler:
    """A handler that sends one JSON answer."""
    lines = [f"HTTP/1.1 {status}", "content-type: application/json", f"content-length: {len(body)}", *headers]
    raw = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
    return lambda connection, _: connection.sendall(raw)


def chunk(data: bytes) -> bytes:
    """One HTTP/1.1 chunk."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def event_stream(events: list[bytes], *headers: str, gate: threading.Event | None = None) -> Handler:
    """A handler that sends events, one chunk each; with a gate, all after the first wait for it."""

    def handle(connection: socket.socket, _: Received) -> None:
        lines = [
            "HTTP/1.1 200 OK",
            "content-type: text/event-stream; charset=utf-8",
            "transfer-encoding: chunked",
            *headers,
        ]
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
        for number, event in enumerate(events):
            if gate is not None and number == 1:
                gate.wait(10)
            connection.sendall(chunk(event))
        connection.sendall(b"0\r\n\r\n")

    return handle


@contextmanager
def raw_upstream(handler: Handler) -> Iterator[RawUpstream]:
    """Serve with this handler, a thread for each connection, until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        upstream = RawUpstream(listener.getsockname()[1])

        def serve(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                rest = b""
                while (message := read_message(connection, rest)) is not None:
                    head, body, rest = message
                    request = Received(head, body)
                    upstream.received.append(request)
                    handler(connection, request)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield upstream
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


@contextmanager
def taking(does: Callable[[socket.socket], None], port: int = 0) -> Iterator[int]:
    """Somebody who listens, and does this with one connection after the other; the port."""
    with socket.create_server(("127.0.0.1", port)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    does(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10)


@contextmanager
def bystander() -> Iterator[tuple[int, list[bytes]]]:
    """Somebody else's server on this machine, and what it was sent on each connection."""
    got: list[bytes] = []

    def steal(connection: socket.socket) -> None:
        connection.settimeout(2.0)
        try:
            got.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nstolen")
        except OSError:
            got.append(b"")

    with taking(steal) as port:
        yield port, got
