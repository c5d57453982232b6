"""A loopback server that answers each request of a real client through one function, and keeps what it was asked."""

from __future__ import annotations

import socket
import struct
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

from brownout.dialects import Voice, dialect_for
from brownout.exchange import Answer, Call, Failure, Headers, Request
from brownout.services import BUILT_IN

ANSWER = Answer("ab" * 16, 1_763_000_000, ("Hello", " there", "!"), 8)
Ending = Literal["clean", "fin", "rst"]
Answering = Callable[[Request], tuple[int, Headers, list[bytes]]]


@dataclass
class Loopback:
    """One platform on a loopback port. ``ending``: how a message ends, in order or by a broken connection."""

    provider: str
    answering: Answering
    ending: Ending = "clean"
    seen: list[Request] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def calls(self) -> list[Call]:
        """What came, as the dialects read it."""
        return [call_of(self.provider, request) for request in self.seen]

    def cut(self, count: int, *more: bytes, answer: Answer = ANSWER) -> None:
        """From now on: so many events of a healthy stream, then these bytes."""

        def answering(request: Request) -> tuple[int, Headers, list[bytes]]:
            status, headers, events = healthy(self.provider, request, answer)
            return status, headers, [*events[:count], *more]

        self.answering = answering

    def fail(self, failure: Failure) -> None:
        """From now on: this failure, and no answer."""

        def answering(request: Request) -> tuple[int, Headers, list[bytes]]:
            reply = Voice(call_of(self.provider, request)).failure(failure)
            return reply.status, reply.headers, [reply.body]

        self.answering = answering


def call_of(provider: str, request: Request) -> Call:
    """A request as the dialect of its service reads it."""
    return dialect_for(BUILT_IN.service_of(provider, request.method, request.path)).read(request)


def healthy(provider: str, request: Request, answer: Answer = ANSWER) -> tuple[int, Headers, list[bytes]]:
    """What the stand-in would do."""
    call = call_of(provider, request)
    dialect = dialect_for(call.service)
    if call.stream:
        head = dialect.stream_head(call, answer)
        return head.status, head.headers, list(dialect.stream(call, answer))
    reply = dialect.answer(call, answer)
    return reply.status, reply.headers, [reply.body]


def _handler(platform: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            path, _, query = self.path.partition("?")
            request = Request(self.command, "platform.test", path, query, headers, body)
            platform.seen.append(request)
            status, fields, parts = platform.answering(request)
            self.send_response_only(status)
            for name, value in fields:
                if name != "content-length":
                    self.send_header(name, value)
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            for part in filter(None, parts):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self._end()

        do_GET = do_POST

        def _end(self) -> None:
            if platform.ending == "clean":
                self.wfile.write(b"0\r\n\r\n")
                return
            self.close_connection = True
            if platform.ending == "rst":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    """Closes a connection without the FIN that would go before a reset; a client that leaves is no error."""

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        self.close_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            traceback.print_exc()


@contextmanager
def loopback(provider: str) -> Iterator[Loopback]:
    """A healthy platform, stopped at the end."""
    running = Loopback(provider, lambda request: healthy(provider, request))
    with _Server(("127.0.0.1", 0), _handler(running)) as server:
        running.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield running
        finally:
            server.shutdown()
            thread.join(timeout=10)
            assert not thread.is_alive()
