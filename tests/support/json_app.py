"""What the small applications of drills share: JSON in, JSON out, quietly, on the port that the drill gives."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class JSONHandler(BaseHTTPRequestHandler):
    """Reads and answers JSON; a GET that a subclass does not answer otherwise says that the application is up."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.answer(200, {"ok": True})

    def asked(self) -> Any:
        """The body of the request."""
        return json.loads(self.rfile.read(int(self.headers["content-length"])))

    def answer(self, status: int, value: object) -> None:
        """Answer, whole and at once."""
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


def serve(handler: type[JSONHandler]) -> None:
    """Serve until the process is ended."""
    _Server(("127.0.0.1", int(sys.argv[1])), handler).serve_forever()
