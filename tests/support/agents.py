"""Command-line agents against one proxy that plays every case at once: each run names its case in a header."""

from __future__ import annotations

import subprocess
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brownout.calls import canary
from brownout.orders import Pace
from support.proxies import ProxyProcess, running_proxy, wait_until
from support.standins import running_standin

CELL = "x-brownout-cell"
"""The header that names the case."""
HEALTHY = "healthy"
QUICK = Pace(first_token=0.0, first_token_jitter=0.0, tokens_per_second=5000.0, jitter=0.0)


@dataclass(frozen=True)
class Run:
    """What one run of an agent came to, and its calls as the proxy saw them, in order."""

    done: subprocess.CompletedProcess[str]
    calls: tuple[dict[str, Any], ...]
    canary: str

    @property
    def struck(self) -> int:
        """How many of its calls the fault met."""
        return sum(bool(call["delivered"]) for call in self.calls)

    @property
    def streamed(self) -> list[bool]:
        """Which of its calls asked for a stream."""
        return [call["stream"] for call in self.calls]

    @property
    def waited(self) -> float:
        """Seconds between the beginnings of its first call and its second."""
        return float(self.calls[1]["t"] - self.calls[0]["t"])


@contextmanager
def platform_of(
    folder: Path, cases: Mapping[str, Mapping[str, Any]], service: str, pace: Pace = QUICK
) -> Iterator[ProxyProcess]:
    """A stand-in behind a proxy; a case is a fault with its settings, and strikes who names it."""
    rules = [{"id": name, "on": service, "when": {"header": {CELL: name}}, **case} for name, case in cases.items()]
    with (
        running_standin(folder / "standin", pace=pace) as upstream,
        running_proxy(folder / "proxy", upstream, *rules, hang_cap=15.0) as proxy,
    ):
        yield proxy


def question_of(case: str) -> str:
    """What the agent is asked in a case: it holds the canary that marks its calls."""
    return f"Say hello to {canary.make(1, case, 0, 0, 0)}"


def run_all(
    proxy: ProxyProcess,
    names: Iterable[str],
    ask: Callable[[str, str], subprocess.CompletedProcess[str]],
    at_once: int = 4,
) -> dict[str, Run]:
    """Each case once: ``ask(case, question)`` runs the agent."""
    wanted = list(names)
    with ThreadPoolExecutor(at_once) as pool:
        done = dict(zip(wanted, pool.map(lambda name: ask(name, question_of(name)), wanted), strict=True))
    rows = all_rows(proxy)
    result: dict[str, Run] = {}
    for name in wanted:
        marked = canary.find(question_of(name)) or ""
        result[name] = Run(done[name], tuple(row for row in rows if row["canary"] == marked), marked)
    return result


def all_rows(proxy: ProxyProcess) -> list[dict[str, Any]]:
    """The journal, once it has all that came before a call of our own; in the order in which calls began."""
    last = canary.make(2, "last", 0, 0, 0)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(f"{proxy.url}/ollama/api/version?last={last}", timeout=15).close()
    wait_until(lambda: any(row["service"] == "ollama.models" for row in proxy.rows()))
    return sorted(proxy.rows(), key=lambda row: float(row["t"]))
