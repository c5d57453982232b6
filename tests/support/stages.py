"""A platform that sends the bytes it is told to, and a real proxy before it."""

from __future__ import annotations

import itertools
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.proxies import ProxyProcess, running_proxy
from support.upstreams import RawUpstream, Received, raw_upstream
from support.wire import Connection, chat_body, connect


@dataclass
class Played:
    """What the platform does with a request that names it."""

    parts: list[bytes]
    end: str = "keep"  # or: fin, rst, listen (until the other side has done)
    turn: threading.Semaphore | None = None


class Stage:
    """A platform that sends the bytes it is told to, and the proxy before it."""

    def __init__(self, proxy: ProxyProcess, upstream: RawUpstream, log: Path) -> None:
        self.proxy = proxy
        self.upstream = upstream
        self.log = log
        self.plays: dict[str, Played] = {}
        self._numbers = itertools.count()
        self._heard = 0

    def put_on(self, played: Played, path: str = "/v1/plays/{}") -> str:
        """Have it played to whoever asks for this path, which has a number of its own in it."""
        name = path.format(next(self._numbers))
        self.plays[name] = played
        return name

    def head(self, path: str, body: bytes = b"", method: str = "POST", ca: str | None = None) -> bytes:
        """A request for a play."""
        where, host = (path, "api.openai.com") if ca else (f"/openai{path}", f"127.0.0.1:{self.proxy.port}")
        return (
            f"{method} {where} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer sk-test-1\r\naccept: */*\r\n"
            f"X-Odd-Case: YES\r\nAccept-Encoding: br, zstd\r\ncontent-length: {len(body)}\r\n\r\n"
        ).encode() + body

    def idle(self) -> bool:
        """Whether nothing is left of any exchange or connection, but the one that asks."""
        stats = self.proxy.control(op="stats")
        return (stats["under_way"], stats["connections"]) == (0, 0)

    def complaints(self) -> str:
        """What the proxy has said of itself since it was last asked, where that is about a failure of its own."""
        said = self.log.read_text()[self._heard :]
        self._heard += len(said)
        return said if "Traceback" in said or "a handler of" in said else ""


def _play(played: Played, connection: socket.socket) -> None:
    for part in played.parts:
        if played.turn is not None:
            assert played.turn.acquire(timeout=10)
        connection.sendall(part)
    if played.end == "listen":
        while connection.recv(65536):
            pass
    if played.end == "rst":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if played.end != "keep":
        connection.close()


@contextmanager
def running_stage(folder: Path, *rules: dict[str, Any], **orders: Any) -> Iterator[Stage]:
    """Both, with these rules; the proxy's own log is the file ``log`` in the folder."""
    made: list[Stage] = []

    def platform(connection: socket.socket, request: Received) -> None:
        target = request.head.partition(" ")[2].partition(" ")[0]
        _play(made[0].plays.get(target, Played([])), connection)

    with (
        raw_upstream(platform) as upstream,
        running_proxy(folder, upstream.url, *rules, log=folder / "log", **orders) as proxy,
    ):
        made.append(Stage(proxy, upstream, folder / "log"))
        yield made[0]


def receive(connection: Connection, enough: Callable[[bytes], bool]) -> bytes:
    """What comes until it is enough, or until the end."""
    raw = b""
    while not enough(raw):
        data = connection.recv(65536)
        if not data:
            break
        raw += data
    return raw


def fetch(stage: Stage, ca: str | None, played: Played, expected: bytes, method: str = "POST") -> bytes:
    """Have it played, ask for it, and take as many bytes as are expected; with ``ca``, by TLS."""
    path = stage.put_on(played)
    with connect(stage.proxy.port, ca) as connection:
        connection.sendall(stage.head(path, b"" if method != "POST" else chat_body(), method, ca))
        return receive(connection, lambda raw: len(raw) >= len(expected))
