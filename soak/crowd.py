"""The clients: a bounded number at once, at a rate, each doing what its visit says.

What they get does not matter here, only that all of it is let go.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx
from fidelity.clients import Ask, over_http1, over_http2
from fidelity.pipes import Pipe, Plain, Tls, dial, intercepted

from brownout.services import PROVIDERS
from soak.sockets import talk
from soak.visits import IN_TURN, Visit, visit

AT_ONCE = 48
LONGEST = 12.0
"""Seconds after which a client leaves, whatever it does."""
_PATIENCE = 3.0
_PREFIXES = {provider.name: provider.prefix for provider in PROVIDERS}
_ABORT = struct.pack("ii", 1, 0)


@dataclass
class Edge:
    """Where the proxy is, and how those who come through a tunnel trust it."""

    port: int
    ca: str
    context: ssl.SSLContext = field(init=False)

    def __post_init__(self) -> None:
        self.context = ssl.create_default_context(cafile=self.ca)

    @property
    def url(self) -> str:
        """Of the proxy itself."""
        return f"http://127.0.0.1:{self.port}"


@dataclass
class Crowd:
    """Sends visitors until told to stop. ``ends`` counts how their visits ended."""

    edge: Edge
    rate: float
    requests: int = 0
    ends: Counter[str] = field(default_factory=Counter)

    async def run(self, until: float) -> None:
        """Until a monotonic second; then everybody leaves at once."""
        room = asyncio.Semaphore(AT_ONCE)
        guests: set[asyncio.Task[None]] = set()
        number, due = 0, time.monotonic()
        try:
            while time.monotonic() < until:
                await room.acquire()
                guest = asyncio.create_task(self._guest(visit(number)))
                guests.add(guest)
                guest.add_done_callback(guests.discard)
                guest.add_done_callback(lambda _: room.release())
                due += visit(number).requests / self.rate
                number += 1
                due = max(due, time.monotonic() - 1)  # a busy machine is not made to catch up
                await asyncio.sleep(max(0.0, min(due, until) - time.monotonic()))
        finally:
            for guest in tuple(guests):
                guest.cancel()
            await asyncio.gather(*guests, return_exceptions=True)

    async def _guest(self, each: Visit) -> None:
        self.requests += each.requests
        try:
            async with asyncio.timeout(LONGEST):
                await self._does(each)
            end = "as meant"
        except TimeoutError:
            end = "left after a long wait"
        except (OSError, EOFError, httpx.HTTPError) as error:  # what faults of connections look like
            end = type(error).__name__
        except Exception as error:
            end = f"client failed: {type(error).__name__}: {error}"[:100]
        self.ends[f"{each.kind}: {end}"] += 1

    async def _does(self, each: Visit) -> None:
        if each.kind == "socket":
            await talk(self.edge.url, self.edge.context, each)
        elif each.kind == "many":
            await self._many(each)
        else:
            pipe = await self._dial(each)
            try:
                await self._over(pipe, each)
            finally:
                pipe.close()

    async def _dial(self, each: Visit) -> Pipe:
        if each.carrier == "http":
            return await dial(self.edge.port)
        alpn = "h2" if each.carrier == "h2" else "http/1.1"
        return await intercepted(self.edge.port, each.host, self.edge.ca, alpn)

    def _ask(self, each: Visit, turn: int = 0) -> Ask:
        prefix = _PREFIXES[each.service.partition(".")[0]]
        return each.ask(prefix, f"127.0.0.1:{self.edge.port}", turn)

    async def _over(self, pipe: Pipe, each: Visit) -> None:
        match each.kind:
            case "idle":
                await asyncio.sleep(LONGEST * each.draw / 2)
            case "leave":
                await self._leave(pipe, each)
            case "slow" | "half":
                await pipe.send(_bytes(self._ask(each), whole=each.kind == "slow"))
                await (_sip(pipe) if each.kind == "slow" else asyncio.sleep(each.draw))
            case "reuse":
                for turn in range(IN_TURN):
                    if (await over_http1(pipe, self._ask(each, turn), _PATIENCE)).end != "complete":
                        break
                    await asyncio.sleep(each.draw * 2)
            case _:
                await (over_http2 if each.carrier == "h2" else over_http1)(pipe, self._ask(each), _PATIENCE)

    async def _leave(self, pipe: Pipe, each: Visit) -> None:
        """Ask, and go after at most half a second: by FIN, or by a reset."""
        over = over_http2 if each.carrier == "h2" else over_http1
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(each.draw / 2):
                await over(pipe, self._ask(each), _PATIENCE)
        if each.number % 2:
            _plain(pipe).sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)

    async def _many(self, each: Visit) -> None:
        """Several calls at once on one HTTP/2 connection, of which one is given up early."""
        proxy, verify = self.edge.url, self.edge.context
        async with httpx.AsyncClient(http2=True, proxy=proxy, verify=verify, timeout=_PATIENCE, trust_env=False) as h2:

            async def one(turn: int) -> None:
                ask = each.ask("", "", turn)
                path, headers = f"https://{each.host}{ask.path}", {k: v for k, v in ask.headers.items() if k != "host"}
                async with asyncio.timeout(0.2 if turn == 0 else LONGEST):
                    await h2.post(path, headers=headers, content=ask.body)

            await asyncio.gather(*map(one, range(IN_TURN)), return_exceptions=True)


def _plain(pipe: Pipe) -> Plain:
    """The TCP connection below."""
    while isinstance(pipe, Tls):
        pipe = pipe._pipe
    assert isinstance(pipe, Plain)
    return pipe


def _bytes(ask: Ask, whole: bool) -> bytes:
    """The request over HTTP/1.1; or its head and half of its body."""
    headers = {"host": ask.host, **ask.headers, "content-length": str(len(ask.body))}
    head = f"{ask.method} {ask.path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return head.encode() + b"\r\n" + (ask.body if whole else ask.body[: len(ask.body) // 2])


async def _sip(pipe: Pipe) -> None:
    """Read what comes, with a pause after each read."""
    sock = _plain(pipe).sock
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    while await asyncio.wait_for(pipe.recv(), _PATIENCE):
        await asyncio.sleep(0.3)
