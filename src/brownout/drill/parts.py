"""The parts of a drill that stand between an application and the platform: the stand-in and the proxies."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from brownout.config.model import Frozen
from brownout.drill.control import Control
from brownout.drill.environment import Reach, write_bundle
from brownout.drill.own_python import own_environment
from brownout.drill.ports import LOOPBACK, require_free, shared_port
from brownout.drill.processes import Child, Family, ready_line
from brownout.errors import HarnessError
from brownout.orders import KEPT, KeyFile, Pace, ProxyOrders, Receiver, StandinOrders
from brownout.scenario import Scenario
from brownout.services import BUILT_IN, Catalogue
from brownout.tool_use import ToolUse
from brownout.tunnel import ANY

START_TIMEOUT = 60.0
_GRACE = 8.0


@dataclass(frozen=True)
class Proxy:
    """A running proxy: where it listens, how to give it orders, and its CA."""

    child: Child
    port: int
    control: Control
    ca: Path


@dataclass
class Parts:
    """Starts stand-in and proxies as processes of a family; their orders are written into a folder.

    ``confdir`` holds the CA, made where it is missing. ``stop`` says that waiting is no more wanted. ``keys`` is where
    they note the keys that they meet.
    """

    family: Family
    orders: Path
    confdir: Path
    journal: Path | None
    stop: Callable[[], bool] = lambda: False
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    keys: KeyFile | None = None

    def write(self, name: str, orders: Frozen) -> Path:
        """Write one part's orders, for its owner's eyes only."""
        self.orders.mkdir(parents=True, exist_ok=True)
        path = self.orders / f"{name}.json"
        path.touch(mode=0o600)
        path.write_text(orders.model_dump_json(by_alias=True, indent=1), "utf-8")
        return path

    def start_standin(
        self,
        seed: int,
        pace: Pace | None = None,
        scenario: Scenario | None = None,
        speed: float = 1.0,
        go: Path | None = None,
        webhooks: Mapping[str, Receiver] | None = None,
        tools: ToolUse | None = None,
    ) -> str:
        """Start the stand-in, at its usual pace or another; returns its base URL, or nothing when stopped.

        With a scenario, status pages say what it plans, and ``webhooks`` come to harm as it has it, from the moment
        that ``go`` holds (see ``StandinOrders``). Raises HarnessError.
        """
        orders = StandinOrders(
            seed=seed,
            pace=pace or Pace(),
            journal=self.journal,
            status=scenario.status if scenario else {},
            speed=speed,
            go=go,
            webhooks=dict(webhooks or {}),
            scenario=scenario.written() if scenario else None,
            tools=tools,
            token=self.token,
        )
        path = self.write("stand-in", orders)
        command = [sys.executable, "-P", "-m", "brownout.standin", "--orders", str(path)]
        child = self.family.start("stand-in", command, env=own_environment(os.environ), announces=True, grace=_GRACE)
        child.holds = KEPT
        ready = ready_line(child, START_TIMEOUT, self.stop)
        return f"http://{LOOPBACK}:{ready['port']}" if ready else ""

    def proxy_orders(
        self,
        scenario: Scenario,
        speed: float,
        upstream: str | None,
        budget: int | None,
        tunnel: tuple[str, ...] = ANY,
        most_active: int | None = None,
    ) -> ProxyOrders:
        """The orders of one proxy, on any free port."""
        return ProxyOrders(
            token=self.token,
            scenario=scenario.written(),
            speed=speed,
            upstream=upstream,
            budget=budget,
            tunnel=tunnel,
            confdir=self.confdir,
            journal=self.journal,
            most_active=most_active,
            keys=self.keys,
        )

    def start_proxies(self, orders: ProxyOrders, count: int, port: int = 0) -> list[Proxy]:
        """Start so many proxies on one port. Fewer come back when stopped. Raises HarnessError."""
        if port:
            require_free(port, "choose another with --port")
        if count == 1:
            return self._start([orders.model_copy(update={"port": port})])
        with shared_port(port) as shared:
            return self._start(
                [
                    orders.model_copy(update={"name": f"proxy-{number}", "port": shared, "reuse_port": True})
                    for number in range(count)
                ]
            )

    def _start(self, all_orders: list[ProxyOrders]) -> list[Proxy]:
        # The first one makes the CA that all of them use.
        first = self._ready(self._launch(all_orders[0]))
        rest = [self._launch(orders) for orders in all_orders[1:] if first]
        return [proxy for proxy in [first, *map(self._ready, rest)] if proxy]

    def _launch(self, orders: ProxyOrders) -> Child:
        path = self.write(orders.name, orders)
        # Without assertions mitmproxy does a fifth less work.
        command = [sys.executable, "-O", "-P", "-m", "brownout.proxy", "--orders", str(path)]
        return self.family.start(orders.name, command, env=own_environment(os.environ), announces=True, grace=_GRACE)

    def _ready(self, child: Child) -> Proxy | None:
        ready = ready_line(child, START_TIMEOUT, self.stop)
        if not ready:
            return None
        return Proxy(child, int(ready["port"]), Control(int(ready["control"]), self.token), Path(ready["ca"]))


def reach_of(proxy: Proxy, into: Path, inherited: dict[str, str], catalogue: Catalogue = BUILT_IN) -> Reach:
    """How an application reaches this proxy; the bundle of certificates is written to ``into``."""
    return Reach(proxy.port, proxy.ca, write_bundle(proxy.ca, into, inherited), catalogue)


def heal(proxies: list[Proxy]) -> None:
    """Have all of them strike nothing any more, and let go of whoever is held; one that is gone strikes nobody."""
    for proxy in proxies:
        with contextlib.suppress(HarnessError):
            proxy.control.heal()
