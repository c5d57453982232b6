"""A misbehaving application, and what starts load processes against it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from support.loads import App, LoadProcess, Ran, Run, Start

from brownout.load.command import locust_command, locust_environment
from brownout.orders import LoadOrders


@pytest.fixture(scope="module")
def app() -> Iterator[App]:
    """A misbehaving application that listens."""
    server = App()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.letting_go.set()
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Starts load processes, and ends those that a test left behind."""
    started: list[subprocess.Popen[str]] = []

    def begin(orders: LoadOrders) -> LoadProcess:
        folder = orders.journal.parent
        path = folder / "orders.json"
        path.write_text(orders.model_dump_json(by_alias=True), encoding="utf-8")
        process = subprocess.Popen(
            locust_command(path, orders, sys.executable),
            env=locust_environment(path, os.environ),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return LoadProcess(process, orders)

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        with suppress(ValueError):
            process.communicate(timeout=10)


@pytest.fixture(scope="module")
def run(start: Start) -> Run:
    """Runs a whole load: ready, go, end."""

    def whole(orders: LoadOrders) -> Ran:
        load = start(orders)
        load.await_row("process")
        load.go()
        return load.wait()

    return whole
