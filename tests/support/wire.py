"""A client made of raw sockets, plain or TLS through CONNECT: sees RST as RST and FIN as FIN."""

from __future__ import annotations

import json
import socket
import ssl
from dataclasses import dataclass
from typing import Any, Self

HOSTS = {"openai": "api.openai.com", "anthropic": "api.anthropic.com"}
SDK_HEADERS = "authorization: Bearer sk-test-0001\r\naccept: application/json\r\ncontent-type: application/json\r\n"


@dataclass
class Seen:
    """Everything a client's socket saw. ``end`` is ``fin``, ``rst``, ``open`` (nothing more came) or ``complete``."""

    raw: bytes
    end: str

    @property
    def head(self) -> str:
        """Status line and headers."""
        return self.raw.partition(b"\r\n\r\n")[0].decode("latin-1")

    @property
    def status(self) -> int | None:
        """Status code; None when nothing came."""
        return int(self.raw.split(b" ", 2)[1]) if self.raw.startswith(b"HTTP/1.1 ") else None

    @property
    def body(self) -> bytes:
        """The body, chunks taken apart."""
        body = self.raw.partition(b"\r\n\r\n")[2]
        if "transfer-encoding: chunked" not in self.head.lower():
            return body
        out = b""
        while body:
            size, _, rest = body.partition(b"\r\n")
            length = int(size or b"0", 16)
            if not length:
                break
            out, body = out + rest[:length], rest[length + 2 :]
        return out

    @property
    def terminated(self) -> bool:
        """Whether the last chunk came."""
        return self.raw.endswith(b"0\r\n\r\n")


def chat_body(stream: bool = False, text: str = "Hello bo-aaaaaaaaaaaa", **more: Any) -> bytes:
    """A Chat Completions request."""
    message = {"role": "user", "content": text}
    return json.dumps({"model": "gpt-4o-mini", "messages": [message], "stream": stream, **more}).encode()


class TlsSocket:
    """TLS over a socket that we read ourselves: OpenSSL would report a reset as the end of the data."""

    def __init__(self, plain: socket.socket, context: ssl.SSLContext, host: str) -> None:
        self._plain = plain
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=host)
        while True:
            try:
                self._tls.do_handshake()
                self._flush()
                return
            except ssl.SSLWantReadError:
                self._flush()
                self._in.write(plain.recv(65536))

    def _flush(self) -> None:
        if self._out.pending:
            self._plain.sendall(self._out.read())

    def sendall(self, data: bytes) -> None:
        """Encrypt and send."""
        self._tls.write(data)
        self._flush()

    def recv(self, size: int) -> bytes:
        """Decrypted bytes; b"" at FIN. Raises ConnectionResetError at RST, TimeoutError."""
        while True:
            try:
                return self._tls.read(size)
            except ssl.SSLWantReadError:
                data = self._plain.recv(65536)
                if not data:
                    return b""
                self._in.write(data)
            except ssl.SSLZeroReturnError:
                return b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._plain.close()


Connection = socket.socket | TlsSocket


def connect(port: int, ca: str | None = None, host: str = "api.openai.com", timeout: float = 10.0) -> Connection:
    """A connection to the proxy; with ``ca``, a TLS connection to ``host`` through it."""
    plain = socket.create_connection(("127.0.0.1", port), timeout=timeout)
    if ca is None:
        return plain
    plain.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
    answer = plain.recv(4096)
    assert answer.startswith(b"HTTP/1.1 200"), answer
    context = ssl.create_default_context(cafile=ca)
    context.set_alpn_protocols(["http/1.1"])
    return TlsSocket(plain, context, host)


def ask(
    port: int,
    ca: str | None = None,
    *,
    path: str = "/v1/chat/completions",
    body: bytes = b"",
    timeout: float = 10.0,
    provider: str = "openai",
    extra: str = "",
    method: str = "POST",
    until: bytes = b"",
) -> Seen:
    """Send one request and see what comes, to the end of the connection, of the message, or of patience."""
    host = HOSTS[provider]
    with connect(port, ca, host, timeout) as connection:
        where = path if ca else f"/{provider}{path}"
        host_header = host if ca else f"127.0.0.1:{port}"
        head = f"{method} {where} HTTP/1.1\r\nhost: {host_header}\r\n{SDK_HEADERS}{extra}"
        head += f"content-length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)
        return read_to_end(connection, until)


def read_to_end(connection: Connection, until: bytes = b"") -> Seen:
    """Read until the message is over, the peer closes or resets, or the socket's timeout passes."""
    raw = b""
    while True:
        try:
            data = connection.recv(65536)
        except TimeoutError:
            return Seen(raw, "open")
        except ConnectionResetError:
            return Seen(raw, "rst")
        if not data:
            return Seen(raw, "fin")
        raw += data
        if until and until in raw:
            return Seen(raw, "open")
        if _is_whole(raw):
            return Seen(raw, "complete")


def _is_whole(raw: bytes) -> bool:
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found:
        return False
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return body.endswith(b"0\r\n\r\n")
