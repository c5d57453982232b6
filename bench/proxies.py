"""Brownout's proxy against stock mitmdump on the same work, in interleaved bursts; and what a decision costs."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.machine import cpu_seconds, resident_mb
from bench.peers import ask_for, follow_stream, platform, request
from brownout.dialects import Voice, dialect_for
from brownout.edge.ledger import Ledger
from brownout.exchange import Failure, FailureKind, Request
from brownout.journal import Journal
from brownout.orders import ProxyOrders
from brownout.scenario import Scenario
from brownout.services import PROVIDERS

PATH = "/v1/chat/completions"
ROUNDS, BURST = 7, 2.0
STREAMS, EVENTS, GAP = 500, 100, 0.1
# Stock mitmdump with the very answer that brownout makes up: same status, headers and body.
MADE_UP = """
from mitmproxy import http
HEADERS, BODY = {headers!r}, {body!r}
def request(flow):
    flow.response = http.Response.make(500, BODY, http.Headers(HEADERS))
"""


def scenario(*rules: dict[str, Any]) -> dict[str, Any]:
    """One long outage."""
    phase = {"phase": "outage", "lasts": "10h", "impact": "major_outage", "rules": list(rules)}
    return {"brownout": 1, "name": "bench", "title": "Bench", "timeline": [phase]}


def free_port() -> int:
    """Any."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Until something listens."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on {port}")


@contextlib.contextmanager
def brownout_proxy(
    folder: Path, upstream: int, *rules: dict[str, Any], journal: bool = True
) -> Iterator[tuple[int, int]]:
    """A real proxy process: port and pid."""
    folder.mkdir(parents=True, exist_ok=True)
    orders = ProxyOrders(
        token="bench", scenario=scenario(*rules), speed=1, zero=time.monotonic(), upstream=f"http://127.0.0.1:{upstream}",
        confdir=folder / "conf", journal=folder / "journal" if journal else None,
    )  # fmt: skip
    path = folder / "orders.json"
    path.write_text(orders.model_dump_json())
    command = [sys.executable, "-O", "-m", "brownout.proxy", "--orders", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["port"], process.pid
        process.terminate()


@contextlib.contextmanager
def mitmdump(folder: Path, upstream: int, script: str = "") -> Iterator[tuple[int, int]]:
    """Stock mitmdump as a reverse proxy: port and pid."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "mitmdump"),
        "-q",
        "--mode",
        f"reverse:http://127.0.0.1:{upstream}@{port}",
    ]
    command += ["--listen-host", "127.0.0.1", "--set", f"confdir={folder / 'conf'}"]
    if script:
        (folder / "made_up.py").write_text(script)
        command += ["-s", str(folder / "made_up.py")]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
        wait_for(port)
        yield port, process.pid
        process.terminate()


def made_up_script() -> str:
    """A mitmproxy script that answers as OpenAI does when it fails."""
    body = request(1, PATH).partition(b"\r\n\r\n")[2]
    call = dialect_for("openai.chat").read(Request("POST", "api.openai.com", PATH, "", {}, body))
    reply = Voice(call).failure(Failure(FailureKind.SERVER_ERROR))
    return MADE_UP.format(headers=[(name.encode(), value.encode()) for name, value in reply.headers], body=reply.body)


async def efficiency(port: int, pid: int, path: str) -> float:
    """Requests per CPU second of the process, over one burst."""
    before = cpu_seconds(pid)
    burst = await ask_for(BURST, port, path)
    return burst.requests / max(cpu_seconds(pid) - before, 0.01)


async def compare(folder: Path, made_up: bool) -> tuple[float, float, float]:
    """Requests per CPU second of brownout and of mitmdump (medians), and the median ratio of pairs."""
    rules = [{"fault": "server_error", "on": "openai.chat"}] if made_up else []
    script = made_up_script() if made_up else ""
    async with platform() as upstream:
        with (
            brownout_proxy(folder / "brownout", upstream, *rules) as (ours, our_pid),
            mitmdump(folder / "mitmdump", upstream, script) as (theirs, their_pid),
        ):
            pairs = []
            for number in range(ROUNDS + 1):
                turns = [("ours", ours, our_pid, f"/openai{PATH}"), ("theirs", theirs, their_pid, PATH)]
                figures = {}
                for name, port, pid, path in turns if number % 2 else reversed(turns):
                    figures[name] = await efficiency(port, pid, path)
                if number:  # the first round warms both up
                    pairs.append((figures["ours"], figures["theirs"]))
    ratio = statistics.median(a / b for a, b in pairs)
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs), ratio


def decision_cost(folder: Path, count: int = 5000) -> float:
    """CPU seconds that reading, deciding and journalling take for one exchange."""
    rules = [
        {"fault": "server_error", "on": "openai.chat", "share": "1%"},
        {"fault": "stream_cut", "on": "openai.*", "share": "10%"},
        {"fault": "history_missing", "on": "openai.responses", "share": "10%"},
    ]
    raw_head, _, body = request(1, PATH).partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in raw_head.decode().split("\r\n")[1:])
    figures = []
    with Journal(folder, "bench") as journal:
        ledger = Ledger(Scenario.model_validate(scenario(*rules)), 1.0, journal)
        ledger.clock.begin(time.monotonic())
        openai = next(provider for provider in PROVIDERS if provider.name == "openai")
        for _ in range(5):
            began = time.process_time()
            for _ in range(count // 5):
                job = ledger.admit(
                    Request("POST", "api.openai.com", PATH, "", headers, body), openai, "base_url", "HTTP/1.1"
                )
                ledger.finish(job, "complete")
            figures.append((time.process_time() - began) / (count // 5))
    return min(figures)


async def paced_streams(folder: Path) -> tuple[float, float, float]:
    """p50 and p99 lateness (seconds) of events on 500 paced streams at once, and the proxy's memory (MB)."""
    rule = {"fault": "slow_stream", "on": "openai.chat", "gap": f"{GAP * 1000:.0f}ms", "jitter": 0}
    async with platform(EVENTS) as upstream:
        with brownout_proxy(folder, upstream, rule) as (port, pid):

            async def one(number: int) -> list[float]:
                await asyncio.sleep(number * 0.01)  # users do not all come in the same instant
                return await follow_stream(port, f"/openai{PATH}", EVENTS, GAP)

            late = [x for each in await asyncio.gather(*map(one, range(STREAMS))) for x in each]
            memory = resident_mb(pid)
    quantiles = statistics.quantiles(late, n=100)
    return quantiles[49], quantiles[98], memory


def temporary() -> tempfile.TemporaryDirectory[str]:
    """A folder for one measurement."""
    return tempfile.TemporaryDirectory(prefix="brownout-bench-")
