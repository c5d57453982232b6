"""A real proxy process, as a drill starts it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from brownout.journal import files, parse
from brownout.orders import ProxyOrders

TOKEN = "test-token"
T = TypeVar("T")


def one_phase(*rules: dict[str, Any], seed: int = 7, name: str = "test") -> dict[str, Any]:
    """A scenario of one long outage with these rules."""
    phase = {"phase": "outage", "lasts": "1h", "impact": "major_outage", "rules": list(rules)}
    return {"brownout": 1, "name": name, "title": "Test", "seed": seed, "timeline": [phase]}


class ProxyProcess:
    """Handle on a running proxy."""

    def __init__(self, process: subprocess.Popen[str], ready: dict[str, Any], journal: Path) -> None:
        self.process = process
        self.port = int(ready["port"])
        self.control_port = int(ready["control"])
        self.ca = str(ready["ca"])
        self.journal = journal

    @property
    def url(self) -> str:
        """Of the proxy itself."""
        return f"http://127.0.0.1:{self.port}"

    def control(self, **order: Any) -> dict[str, Any]:
        """Give an order on the control channel."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.control_port}/control",
            json.dumps(order).encode(),
            {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as answer:
            result: dict[str, Any] = json.load(answer)
            return result

    def play(self, *rules: dict[str, Any], speed: float = 1.0, seed: int = 7) -> None:
        """Switch to one long outage with these rules, now."""
        self.control(op="scenario", scenario=one_phase(*rules, seed=seed), speed=speed, zero=time.monotonic())

    def rows(self, kind: str = "exchange") -> list[dict[str, Any]]:
        """The journal's rows of a kind."""
        found = (parse(line) for path in files(self.journal) for line in path.read_bytes().splitlines())
        return [row for row in found if row is not None and row["kind"] == kind]

    def wait_for_rows(self, count: int, kind: str = "exchange", seconds: float = 15.0) -> list[dict[str, Any]]:
        """Poll until there are so many rows of a kind."""
        return wait_until(lambda: rows if len(rows := self.rows(kind)) >= count else None, seconds)


def wait_until(look: Callable[[], T | None], seconds: float = 15.0) -> T:
    """The first true value of ``look``; fails after ``seconds``."""
    deadline = time.monotonic() + seconds
    while True:
        value = look()
        if value:
            return value
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@contextmanager
def running_proxy(
    folder: Path,
    upstream: str | None,
    *rules: dict[str, Any],
    confdir: Path | None = None,
    log: Path | None = None,
    **orders: Any,
) -> Iterator[ProxyProcess]:
    """A proxy that plays these rules from the start, stopped at the end; with ``log``, its stderr goes there."""
    folder.mkdir(parents=True, exist_ok=True)
    path, journal = folder / "orders.json", folder / "journal"
    settings: dict[str, Any] = {
        "token": TOKEN,
        "scenario": one_phase(*rules),
        "speed": 1.0,
        "zero": time.monotonic(),
        "upstream": upstream,
        "confdir": confdir or folder / "conf",
        "journal": journal,
        **orders,
    }
    path.write_text(ProxyOrders.model_validate(settings).model_dump_json())
    command = [sys.executable, "-O", "-m", "brownout.proxy", "--orders", str(path)]
    with (
        open(log, "w") if log else nullcontext() as errors,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, "the proxy did not start"
            yield ProxyProcess(process, json.loads(line), journal)
        finally:
            process.terminate()
            process.wait(15)
