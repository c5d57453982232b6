"""``python -O -m brownout.proxy --orders FILE``: the proxy process that a drill starts."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from brownout import pulse
from brownout.events import Process
from brownout.orders import ProxyOrders, flaw
from brownout.pipe import at_end_of_stdin
from brownout.proxy import addons_on_demand
from brownout.verdict import ExitCode

if TYPE_CHECKING:
    from brownout.proxy.lean import LeanMaster

BACKLOG = 1024
"""Connections that may wait to be taken on."""


def main() -> int:
    """Serve until SIGTERM, SIGINT, or the end of stdin."""
    parser = argparse.ArgumentParser(prog="python -m brownout.proxy", description=__doc__)
    parser.add_argument("--orders", type=Path, required=True, help="JSON file written by the drill")
    path: Path = parser.parse_args().orders
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        text = path.read_bytes()
    except OSError as error:
        print(f"brownout proxy: cannot read {path}: {error.strerror}", file=sys.stderr)
        return ExitCode.BAD_INPUT
    try:
        return asyncio.run(_serve(ProxyOrders.model_validate_json(text)))
    except ValidationError as error:
        print(f"brownout proxy: {path} does not hold orders: {flaw(error)}", file=sys.stderr)
        return ExitCode.BAD_INPUT
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED


async def _serve(orders: ProxyOrders) -> int:
    problem = _port_problem(orders)
    if problem:
        print(f"brownout proxy: {problem}", file=sys.stderr)
        return ExitCode.HARNESS
    _listen_for_many(orders.reuse_port)
    addons_on_demand.install()
    from brownout.proxy.lean import LeanMaster

    master = LeanMaster(orders)
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, master.should_exit.set)
    at_end_of_stdin(loop, master.should_exit.set)
    announced = asyncio.create_task(_announce(master, orders))
    beating = asyncio.create_task(pulse.keep(orders.name, master.inject.journal))
    # What was imported stays for good; without this, each full collection walks through all of mitmproxy.
    gc.collect()
    gc.freeze()
    # Connections outlive the young generations, and what they leave is cyclic: the oldest must have its turn, too.
    gc.set_threshold(10_000, 5, 4)
    try:
        await master.run()
    finally:
        announced.cancel()
        beating.cancel()
        await master.close()
        master.inject.journal.write(Process(orders.name, "exited", 0))
    return ExitCode.HELD


async def _announce(master: LeanMaster, orders: ProxyOrders) -> None:
    """Say that both ports are open, once they are."""
    while not (master.proxyserver.listen_addrs() and master.inject.control and master.inject.control.port):
        await asyncio.sleep(0.01)
    ca = orders.confdir / "mitmproxy-ca-cert.pem"
    master.inject.journal.write(Process(orders.name, "ready", detail=f"port {master.port}"))
    ready: dict[str, Any] = {"ready": True, "port": master.port, "control": master.inject.control.port, "ca": str(ca)}
    print(json.dumps(ready), flush=True)


def _port_problem(orders: ProxyOrders) -> str | None:
    """Mitmproxy itself would end in a traceback."""
    for port in (orders.port, orders.control_port):
        if port and not (orders.reuse_port and port == orders.port):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((orders.host, port))
                except OSError as error:
                    return f"port {port} on {orders.host} cannot be used: {error.strerror}; choose another with --port"
    return None


def _listen_for_many(shared: bool) -> None:
    """Clients who come all at once, and several proxies on one port: mitmproxy has no way to say either.

    With the usual 100 places in the line, whoever comes next tries again after a second, and takes us for slow.
    """
    original = asyncio.start_server

    async def start_server(*args: Any, **kwargs: Any) -> asyncio.Server:
        if shared and len(args) > 2 and args[2]:  # the proxy's own listener; the control channel takes any free port
            kwargs["reuse_port"] = True
        return await original(*args, **{"backlog": BACKLOG, **kwargs})

    asyncio.start_server = start_server


if __name__ == "__main__":
    sys.exit(main())
