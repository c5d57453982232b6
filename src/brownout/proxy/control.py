"""The control channel: a loopback HTTP endpoint, guarded by a token, that no fault can cut."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from brownout.edge.ledger import Ledger
from brownout.proxy import sockets
from brownout.proxy.health import health, objects
from brownout.scenario import Scenario

_LONGEST_BODY = 5_000_000
_LONGEST_WAIT = 10.0


class ControlServer:
    """Answers ``POST /control`` with JSON; ``answer`` says what can be asked.

    ``played`` is called after another scenario was put on, which may have declared more platforms.
    """

    def __init__(self, ledger: Ledger, token: str, played: Callable[[], None] = lambda: None) -> None:
        self.ledger = ledger
        self._played = played
        self.port = 0
        self._token = token
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> None:
        """Listen. Raises OSError when the port is taken."""
        self._server = await asyncio.start_server(self._serve, host, port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                status, answer = await self._exchange(reader)
                body = json.dumps(answer).encode()
                head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
                writer.write(f"{head}connection: close\r\n\r\n".encode() + body)
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # a client that does not finish its sentence gets no answer
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _exchange(self, reader: asyncio.StreamReader) -> tuple[str, dict[str, Any]]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        request_line, *lines = head.split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if not hmac.compare_digest(headers.get("authorization", "").encode(), f"Bearer {self._token}".encode()):
            return "401 Unauthorized", {"error": "the control token is missing or wrong"}
        length = headers.get("content-length", "0")
        if not request_line.startswith("POST /control ") or not length.isdigit() or int(length) > _LONGEST_BODY:
            return "400 Bad Request", {"error": "POST /control with a JSON body"}
        body = await reader.readexactly(int(length))
        try:
            order = json.loads(body)
            return "200 OK", self.answer(order)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return "400 Bad Request", {"error": f"{error}"}

    def answer(self, order: dict[str, Any]) -> dict[str, Any]:
        """Carry out one order; ``allowed`` below names them all. Raises ValueError, KeyError."""
        clock, now = self.ledger.clock, time.monotonic()
        match order.get("op"):
            case "begin":
                clock.begin(float(order["zero"]))
            case "scenario":
                scenario = Scenario.model_validate(order["scenario"])
                self.ledger.play(scenario, float(order.get("speed") or scenario.speed), order.get("zero"))
                self._played()
            case "phase":
                clock.jump(str(order["name"]), now)
            case "pause":
                clock.pause(now)
            case "resume":
                clock.resume(now)
            case "release":
                return {"released": self.ledger.release()}
            case "heal":
                return {"released": self.ledger.heal()}
            case "stats":
                return self._stats(now)
            case "health":
                return {**health(self.ledger), **({"objects": objects()} if order.get("debug") else {})}
            case other:
                allowed = "begin, scenario, phase, pause, resume, release, heal, stats, health"
                raise ValueError(f"unknown op {other!r}; there are: {allowed}")
        return {"ok": True}

    def _stats(self, now: float) -> dict[str, Any]:
        moment = self.ledger.clock.moment(now)
        stats = asdict(self.ledger.stats)
        open_now = {"under_way": len(self.ledger.live), "connections": sockets.connections()}
        return {**stats, **open_now, "phase": moment.phase.phase if moment else None}
