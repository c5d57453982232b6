"""Trying every case on every service, over every carrier, with one proxy and one stand-in for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from fidelity.calls import CELL, SERVICES
from fidelity.cases import CASES, HEALTHY, Case
from fidelity.clients import Seen, over_http1, over_http2
from fidelity.outcome import outcome
from fidelity.pipes import dial, intercepted
from support.proxies import ProxyProcess, running_proxy
from support.standins import running_standin

from brownout.faults import FAULTS
from brownout.orders import Pace
from brownout.services import PROVIDERS, fits

Carrier = Literal["http", "tls", "h2"]
CARRIERS: tuple[Carrier, ...] = ("http", "tls", "h2")
AT_ONCE = 12
QUICK = Pace(first_token=0.0, first_token_jitter=0.0, tokens_per_second=5000.0, jitter=0.0)
_PREFIXES = {provider.name: provider.prefix for provider in PROVIDERS}


@dataclass(frozen=True)
class Cell:
    """One case on one service over one carrier."""

    case: Case
    service: str
    carrier: Carrier
    stream: bool

    @property
    def claim(self) -> str | None:
        """What must be seen."""
        return self.case.claim(self.service, self.stream, self.carrier)

    @property
    def place(self) -> str:
        """Its place in the table."""
        return f"{self.case.name} | {self.service} | {self.carrier} | {'streamed' if self.stream else 'plain'}"


def cells(
    cases: Iterable[Case] = (HEALTHY, *CASES),
    services: Iterable[str] = tuple(SERVICES),
    carriers: Iterable[Carrier] = CARRIERS,
) -> list[Cell]:
    """Every cell of these that exists: the service can show the fault, and the case says what must be seen."""
    chosen = [
        Cell(case, service, carrier, stream)
        for case in cases
        for service in services
        for carrier in carriers
        for stream in (False, True)
        if case is HEALTHY or fits(service, FAULTS[case.fault].services)
    ]
    return [cell for cell in chosen if cell.claim is not None]


def rules() -> list[dict[str, Any]]:
    """A rule for each case, that strikes the calls which name it."""
    return [
        {"fault": case.fault, "on": "*", "id": case.key, "when": {"header": {CELL: case.key}}, **case.settings}
        for case in CASES
    ]


@contextmanager
def platform(folder: Path) -> Iterator[ProxyProcess]:
    """A stand-in without delays, behind a proxy that plays all cases."""
    with (
        running_standin(folder / "standin", pace=QUICK) as url,
        running_proxy(folder / "proxy", url, *rules(), hang_cap=15.0) as proxy,
    ):
        yield proxy


async def look(proxy: ProxyProcess, cell: Cell) -> Seen:
    """Make the call, and see."""
    service = SERVICES[cell.service]
    ask = service.ask(cell.case.key, cell.stream)
    if cell.carrier == "http":
        prefix = _PREFIXES[cell.service.partition(".")[0]]
        ask = service.ask(cell.case.key, cell.stream, prefix, f"127.0.0.1:{proxy.port}")
    if cell.carrier == "http":
        pipe: Any = await dial(proxy.port)
    else:
        pipe = await intercepted(proxy.port, service.host, proxy.ca, "h2" if cell.carrier == "h2" else "http/1.1")
    try:
        return await (over_http2 if cell.carrier == "h2" else over_http1)(pipe, ask, cell.case.patience)
    finally:
        pipe.close()


async def _look_at_all(proxy: ProxyProcess, chosen: Sequence[Cell], done: Callable[[], None]) -> dict[Cell, str]:
    turn = asyncio.Semaphore(AT_ONCE)
    found: dict[Cell, str] = {}
    healthy: dict[tuple[str, bool], Seen] = {}

    async def one(cell: Cell) -> None:
        async with turn:
            try:
                seen = await look(proxy, cell)
            except Exception as error:  # a table with a hole tells more than none
                found[cell] = f"the test's own client failed: {type(error).__name__}: {error}"
            else:
                found[cell] = outcome(seen, healthy.get((cell.service, cell.stream)), cell.case.timed)
        done()

    # What a struck answer is compared with.
    for service, stream in {(cell.service, cell.stream) for cell in chosen}:
        healthy[service, stream] = await look(proxy, Cell(HEALTHY, service, "http", stream))
    async with asyncio.TaskGroup() as group:
        for cell in chosen:
            group.create_task(one(cell))
    return found


def look_at_all(
    proxy: ProxyProcess, chosen: Sequence[Cell], done: Callable[[], None] = lambda: None
) -> dict[Cell, str]:
    """What was seen in each cell; ``done`` is called after each."""
    return asyncio.run(_look_at_all(proxy, chosen, done))
