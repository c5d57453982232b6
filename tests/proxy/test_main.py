"""The proxy process: orders that are none, and clients who all come at once."""

from __future__ import annotations

import errno
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from support.proxies import TOKEN, one_phase, running_proxy

pytestmark = pytest.mark.e2e


def said(path: Path, orders: Any) -> subprocess.CompletedProcess[str]:
    path.write_text(json.dumps(orders))
    command = [sys.executable, "-O", "-m", "brownout.proxy", "--orders", str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"speed": "fast"}, "speed: speed must be a number"),
        ({"scenario": {**one_phase(), "timeline": []}}, "timeline: timeline must have at least one entry"),
        ({"scenario": one_phase({"fault": "explode", "on": "*"})}, "timeline.0.rules.0: unknown fault 'explode'"),
    ],
)
def test_orders_that_are_none_are_one_line(tmp_path: Path, changed: dict[str, Any], words: str) -> None:
    orders = {"token": TOKEN, "scenario": one_phase(), "speed": 1, "upstream": None, "confdir": str(tmp_path)}
    done = said(tmp_path / "orders.json", {**orders, "journal": None, **changed})

    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "does not hold orders" in line
    assert words in line


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "brownout.proxy", "--orders", str(tmp_path / "none.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "No such file or directory" in done.stderr


def test_clients_who_come_all_at_once_are_in_line_at_once(tmp_path: Path) -> None:
    somaxconn = Path("/proc/sys/net/core/somaxconn")
    if not somaxconn.exists() or int(somaxconn.read_text()) < 512:
        pytest.skip("this system has no room for so many")
    with running_proxy(tmp_path, None) as proxy, ExitStack() as stack, selectors.DefaultSelector() as waiting:
        os.kill(proxy.process.pid, signal.SIGSTOP)
        stack.callback(os.kill, proxy.process.pid, signal.SIGCONT)
        for _ in range(300):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            assert client.connect_ex(("127.0.0.1", proxy.port)) in (0, errno.EINPROGRESS)
            waiting.register(client, selectors.EVENT_WRITE)
        while waiting.get_map():
            ready = waiting.select(timeout=20)
            assert ready, f"{len(waiting.get_map())} clients found no place in the line"
            for key, _events in ready:
                waiting.unregister(key.fileobj)
