"""One soak: a stand-in and a proxy, a day of incidents, a crowd, samples, and a last look when all have left."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from support.proxies import ProxyProcess, running_proxy
from support.standins import running_standin

from brownout.orders import Pace
from soak.crowd import Crowd, Edge
from soak.day import CATALOGUE, HOURS, day, struck
from soak.samples import Sample, use_of
from soak.sdks import sdks
from soak.verdicts import Verdict, exercised, flat, let_go, quiet, settled

PACE = Pace(first_token=0.05, first_token_jitter=0.03, tokens_per_second=150.0)
HANG = 8.0
"""Seconds that a hang lasts at most: longer than the clients' patience, so that both sides let go in their turn."""
SETTLED_WITHIN = 25.0
_DAY = HOURS * 3600.0


@dataclass
class Soak:
    """What was seen."""

    seconds: float
    samples: list[Sample] = field(default_factory=list)
    requests: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    stats: dict[str, Any] = field(default_factory=dict)
    objects: dict[str, int] = field(default_factory=dict)
    log: str = ""
    journal: float = 0.0
    """MB on the disk."""
    forgotten: int = 0
    """Connections that client libraries held open when they should not have."""

    @property
    def verdicts(self) -> list[Verdict]:
        """Every bound, held or not."""
        under_load = self.samples[1:-1]
        return [
            flat("proxy", under_load, lambda sample: sample.proxy),
            flat("stand-in", under_load, lambda sample: sample.standin),
            *settled(self.samples[0], self.samples[-1]),
            let_go(self.objects),
            quiet(self.log),
            exercised(struck(self.stats["by_rule"]), CATALOGUE, self.seconds),
        ]


@dataclass
class _Lab:
    """The two processes under watch."""

    proxy: ProxyProcess
    watched: psutil.Process
    standin: psutil.Process
    begun: float = field(default_factory=time.monotonic)

    def sample(self, **order: Any) -> Sample:
        """How both are now. Raises OSError when the proxy is gone."""
        health = self.proxy.control(op="health", **order)
        return Sample(time.monotonic() - self.begun, use_of(self.watched), use_of(self.standin), health)


@contextmanager
def _lab(folder: Path, seconds: float) -> Iterator[_Lab]:
    orders: dict[str, Any] = {"scenario": day(), "speed": _DAY / seconds, "zero": None, "hang_cap": HANG}
    with (
        running_standin(folder / "standin", pace=PACE) as url,
        running_proxy(folder / "proxy", url, log=folder / "proxy.log", **orders) as proxy,
    ):
        children = psutil.Process().children()
        standin = next(child for child in children if "brownout.standin" in child.cmdline())
        yield _Lab(proxy, psutil.Process(proxy.process.pid), standin)


def _at_rest(before: Sample, now: Sample) -> bool:
    return all(verdict.held for verdict in settled(before, now))


async def _watch(lab: _Lab, soak: Soak, seen: Callable[[Sample], None]) -> None:
    """A sample every so often: about a hundred, and one a second at most, two in a short soak."""
    pause = min(5.0, max(0.5, soak.seconds / 120))
    while True:
        await asyncio.sleep(pause)
        soak.samples.append(await asyncio.to_thread(lab.sample))
        seen(soak.samples[-1])


def _hang_up(port: int) -> int:
    """End what a client library of ours still holds open after it was cancelled; how many connections that were."""
    gc.collect()
    forgotten = [each.fd for each in psutil.Process().net_connections("tcp") if each.raddr and each.raddr[1] == port]
    for fd in forgotten:
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(fd)) as ours:
            ours.shutdown(socket.SHUT_RDWR)
    return len(forgotten)


async def _settle(lab: _Lab, soak: Soak) -> Sample:
    """Once everybody has left: until all is as before, for so long at most."""
    before = soak.samples[0]
    lab.proxy.control(op="release")
    soak.forgotten = _hang_up(lab.proxy.port)
    deadline = time.monotonic() + SETTLED_WITHIN
    while not _at_rest(before, now := await asyncio.to_thread(lab.sample)) and time.monotonic() < deadline:
        await asyncio.sleep(0.25)
    return now


async def _objects(lab: _Lab) -> dict[str, int]:
    """What is left of exchanges; a job whose client left may still be waited for, a second at most."""
    deadline = time.monotonic() + 5.0
    while True:
        left: dict[str, int] = (await asyncio.to_thread(lab.proxy.control, op="health", debug=True))["objects"]
        if not any(left.values()) or time.monotonic() > deadline:
            return left
        await asyncio.sleep(0.5)


async def _drive(lab: _Lab, soak: Soak, rate: float, seen: Callable[[Sample], None]) -> None:
    # A client library that stumbles over a broken handshake is no business of the proxy's.
    asyncio.get_running_loop().set_exception_handler(lambda _, context: soak.ends.update([context["message"][:40]]))
    edge = Edge(lab.proxy.port, lab.proxy.ca)
    crowd = Crowd(edge, rate, ends=soak.ends)
    soak.samples.append(await asyncio.to_thread(lab.sample))
    lab.begun = time.monotonic()
    lab.proxy.control(op="begin", zero=lab.begun)
    with sdks(edge, soak.ends):
        watching = asyncio.create_task(_watch(lab, soak, seen))
        guests = asyncio.create_task(crowd.run(lab.begun + soak.seconds))
        try:
            done, _ = await asyncio.wait({watching, guests}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (watching, guests):
                task.cancel()
            await asyncio.gather(watching, guests, return_exceptions=True)
    soak.requests = crowd.requests
    soak.stats = await asyncio.to_thread(lab.proxy.control, op="stats")
    soak.samples.append(await _settle(lab, soak))
    soak.objects = await _objects(lab)


def run(seconds: float, rate: float, seen: Callable[[Sample], None] = lambda sample: None) -> Soak:
    """Do it, and tell. Raises OSError when the proxy does not answer any more; ``seen`` gets each sample."""
    soak = Soak(seconds)
    with tempfile.TemporaryDirectory(prefix="brownout-soak-") as name:
        folder = Path(name)
        try:
            with _lab(folder, seconds) as lab:
                asyncio.run(_drive(lab, soak, rate, seen))
        except OSError:
            print((folder / "proxy.log").read_text()[-2000:], file=sys.stderr)
            raise
        soak.log = (folder / "proxy.log").read_text()
        soak.journal = sum(path.stat().st_size for path in (folder / "proxy" / "journal").iterdir()) / 1e6
    return soak
