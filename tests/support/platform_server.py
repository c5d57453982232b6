"""Every platform on one loopback port, failing as it is told to: what dialects put on the wire, for real clients."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from brownout.dialects import dialect_for
from brownout.exchange import Answer, Failure, Finish, Headers, Request
from brownout.standin.recognise import recognise
from support.every_call import early

ANSWER = Answer("ab" * 16, 1_763_770_000, ("Hello", " there", "!"), 8)


@dataclass
class PlatformServer:
    """``failure`` comes before the answer, or in a stream after ``cut`` events; ``early`` ends it there instead."""

    failure: Failure | None = None
    cut: int | None = None
    early: Finish | None = None
    answer: Answer = ANSWER
    seen: list[Request] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Where the prefixes begin."""
        return f"http://127.0.0.1:{self.port}"

    def respond(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, Headers, list[bytes]]:
        """Status, headers and the parts of the body."""
        path, _, query = target.partition("?")
        arrived = recognise(method, path, query, headers, body)
        assert arrived is not None
        self.seen.append(arrived.request)
        dialect = dialect_for(arrived.service)
        call = dialect.read(arrived.request)
        if self.failure and self.cut is None:
            reply = dialect.failure(call, self.failure)
            return reply.status, reply.headers, [reply.body]
        if not call.stream:
            reply = dialect.answer(call, self.answer)
            return reply.status, reply.headers, [reply.body]
        head = dialect.stream_head(call, self.answer)
        events = list(dialect.stream(call, self.answer))[: self.cut]
        if self.failure:
            events.append(dialect.stream_failure(call, self.failure, tuple(events)))
        elif self.early:
            events.append(dialect.stream_incomplete(call, early(self.early), tuple(events)))
        return head.status, head.headers, events


def _handler(server: PlatformServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, fields, parts = server.respond(self.command, self.path, headers, body)
            self.send_response_only(status)
            for name, value in (*fields, ("transfer-encoding", "chunked")):
                self.send_header(name, value)
            self.end_headers()
            for part in (*(each for each in parts if each), b""):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@contextmanager
def running_platform_server() -> Iterator[PlatformServer]:
    """One that answers until told otherwise."""
    made = PlatformServer()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(made)) as server:
        server.daemon_threads = True
        made.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join(10)
