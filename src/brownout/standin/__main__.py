"""``python -m brownout.standin``: runs until SIGTERM, SIGINT or, where stdin is a pipe, until that closes."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ipaddress
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from brownout import pulse
from brownout.events import Process
from brownout.journal import MemoryJournal, PartJournal, Writer
from brownout.orders import StandinOrders, flaw
from brownout.pipe import at_end_of_stdin
from brownout.scenario import Scenario
from brownout.services import catalogue_of
from brownout.standin.app import Standin
from brownout.standin.beginning import Beginning
from brownout.standin.delivery import Deciding
from brownout.standin.inbound import Inbound
from brownout.standin.status_track import StatusTrack
from brownout.verdict import ExitCode

NAME = "stand-in"


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m brownout.standin", description="The offline platform, on loopback only."
    )
    parser.add_argument("--orders", type=Path, help="JSON file with port, host, seed, pace and journal")
    parser.add_argument("--port", type=int, help="port to listen on; 0 takes a free one")
    parser.add_argument("--seed", type=int, help="same seed, same answers")
    return parser.parse_args(argv)


def read_orders(argv: Sequence[str] | None = None) -> StandinOrders:
    """The orders of the file, with what the command line says instead. Raises ValueError or OSError."""
    given = _arguments(argv)
    orders = StandinOrders.model_validate_json(given.orders.read_bytes()) if given.orders else StandinOrders()
    changes = {name: value for name in ("port", "seed") if (value := getattr(given, name)) is not None}
    orders = orders.model_copy(update=changes)
    if not _is_loopback(orders.host):
        raise ValueError(
            f"host: {orders.host!r} is not this machine; the stand-in listens on loopback only (127.0.0.1)"
        )
    if not 0 <= orders.port <= 65535:
        raise ValueError(f"port: {orders.port} is out of range; allowed: 0 (any free one) to 65535")
    return orders


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def inbound_of(orders: StandinOrders, journal: Writer) -> Inbound:
    """What sends webhooks, as the orders say. Raises ValueError for a scenario that is none."""
    scenario = Scenario.model_validate(orders.scenario) if orders.scenario else None
    return Inbound(orders.webhooks, Deciding(scenario, orders.speed, Beginning(orders.go)), journal)


async def serve(orders: StandinOrders) -> int:
    """Run until told to end; the exit code."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    at_end_of_stdin(loop, over.set)
    with contextlib.ExitStack() as stack:
        journal = stack.enter_context(PartJournal(orders.journal, NAME)) if orders.journal else MemoryJournal()
        track = StatusTrack(orders.status, orders.speed, orders.go)
        catalogue, inbound = catalogue_of(orders.platforms), inbound_of(orders, journal)
        standin = Standin(orders.seed, orders.pace, track, inbound, catalogue, orders.tools, orders.token)
        journal.write(Process(NAME, "started"))
        try:
            port = await standin.start(orders.host, orders.port)
        except OSError as error:
            why = f"cannot listen on {orders.host}:{orders.port}: {os.strerror(error.errno or 0)}"
            print(f"brownout stand-in: {why}; choose another port, or 0 for any free one", file=sys.stderr)
            journal.write(Process(NAME, "exited", ExitCode.HARNESS, why))
            return ExitCode.HARNESS
        print(json.dumps({"ready": True, "port": port}), flush=True)
        journal.write(Process(NAME, "ready", detail=f"port {port}"))
        beating = loop.create_task(pulse.keep(NAME, journal))
        await over.wait()
        beating.cancel()
        await standin.stop()
        journal.write(Process(NAME, "exited", 0))
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Read the orders and serve; 2 for orders that make no sense, 4 where the port is taken."""
    try:
        orders = read_orders(argv)
    except (OSError, ValueError) as error:
        return _refuse(flaw(error) if isinstance(error, ValidationError) else str(error))
    try:
        return asyncio.run(serve(orders))
    except ValidationError as error:  # of the scenario among them
        return _refuse(flaw(error))


def _refuse(why: str) -> int:
    print(f"brownout stand-in: bad orders: {why}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
