"""A client's connection as bytes: plain, or TLS through CONNECT, where a reset stays a reset and a FIN a FIN."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass
from typing import Protocol

CHUNK = 65536


class Pipe(Protocol):
    """Bytes out, bytes in."""

    async def send(self, data: bytes) -> None:
        """Send; a peer that is gone shows when receiving."""

    async def recv(self) -> bytes:
        """The next bytes; b"" at FIN. Raises ConnectionResetError at RST."""

    def close(self) -> None:
        """Let go, at once."""


@dataclass
class Plain:
    """A TCP connection. No asyncio stream: that one forgets what came before a reset."""

    sock: socket.socket
    reset: bool = False

    async def send(self, data: bytes) -> None:
        try:
            await asyncio.get_running_loop().sock_sendall(self.sock, data)
        except ConnectionResetError:
            self.reset = True  # the kernel tells of a reset once: reading would see a FIN
        except ConnectionError:
            pass  # what the peer did shows when receiving

    async def recv(self) -> bytes:
        if self.reset:
            if data := self._left():
                return data
            raise ConnectionResetError
        return await asyncio.get_running_loop().sock_recv(self.sock, CHUNK)

    def _left(self) -> bytes:
        """What came before the reset."""
        try:
            return self.sock.recv(CHUNK)
        except OSError:
            return b""

    def close(self) -> None:
        self.sock.close()


class Tls:
    """TLS over a pipe, by hand: asyncio's own would report some resets as the end of the data."""

    def __init__(self, pipe: Pipe, context: ssl.SSLContext, host: str) -> None:
        self._pipe = pipe
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=host)

    @property
    def alpn(self) -> str | None:
        """What was agreed on."""
        return self._tls.selected_alpn_protocol()

    async def handshake(self) -> None:
        """Raises ssl.SSLError, ConnectionResetError, or EOFError where the peer closes."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                data = await self._pipe.recv()
                if not data:
                    raise EOFError("closed in the TLS handshake") from None
                self._in.write(data)
            else:
                await self._flush()
                return

    async def _flush(self) -> None:
        if self._out.pending:
            await self._pipe.send(self._out.read())

    async def send(self, data: bytes) -> None:
        self._tls.write(data)
        await self._flush()

    async def recv(self) -> bytes:
        while True:
            try:
                return self._tls.read(CHUNK)
            except ssl.SSLWantReadError:
                data = await self._pipe.recv()
                if not data:
                    return b""
                self._in.write(data)
            except ssl.SSLZeroReturnError:
                return b""

    def close(self) -> None:
        self._pipe.close()


async def dial(port: int) -> Plain:
    """A plain connection to this machine."""
    sock = socket.socket()
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
    return Plain(sock)


async def tunnel(port: int, host: str) -> tuple[Plain, bytes]:
    """A connection to ``host`` through the proxy, and the proxy's answer to CONNECT."""
    pipe = await dial(port)
    await pipe.send(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer and (data := await pipe.recv()):
        answer += data
    return pipe, answer


async def intercepted(port: int, host: str, ca: str, alpn: str) -> Tls:
    """A TLS connection to ``host`` through the proxy that offers one protocol only."""
    pipe, answer = await tunnel(port, host)
    if not answer.startswith(b"HTTP/1.1 200"):
        pipe.close()
        raise ConnectionRefusedError(answer.partition(b"\r\n")[0].decode("latin-1"))
    context = ssl.create_default_context(cafile=ca)
    context.set_alpn_protocols([alpn])
    tls = Tls(pipe, context, host)
    try:
        await tls.handshake()
    except BaseException:
        pipe.close()
        raise
    return tls
