"""A proxy at your desk: a scenario plays while you use your application by hand, and you see every strike."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from brownout import resources
from brownout.drill import authority, lifeline, standstill
from brownout.drill.control import Control
from brownout.drill.environment import LOCAL, Reach, variables, write_bundle
from brownout.drill.interrupts import Interrupts, abandon
from brownout.drill.own_python import own_environment
from brownout.drill.parts import START_TIMEOUT, Parts, Proxy
from brownout.drill.ports import LOOPBACK, free_port, require_free
from brownout.drill.processes import Family, last_words, wait_until
from brownout.errors import HarnessError
from brownout.journal import Journal, Tail
from brownout.orders import Pace, ProxyOrders
from brownout.proxy.settings import ALWAYS, host_patterns
from brownout.scenario import Phase, Scenario
from brownout.services import BUILT_IN, Catalogue
from brownout.tool_use import ToolUse

_PULSE = 0.05
_LEAD = 0.2
BRISK = Pace(first_token=0.01, first_token_jitter=0.005, tokens_per_second=2000.0)
"""A pace for tests, which have no time to watch a model think."""
FRONT_ENDS = {"console": "mitmproxy", "web": "mitmweb"}


@dataclass(frozen=True)
class ByHandOptions:
    """What is played and how. ``phase`` stays in one phase; ``loop`` begins again at the end.

    ``own_ca``: a CA for this run alone, instead of the user's (``authority``). ``pace``: how fast the
    stand-in answers. ``tools``: how often it uses a tool that it may use; never by default, since who is behind a desk
    may run commands.
    """

    scenario: Scenario
    port: int
    speed: float
    loop: bool = False
    phase: str | None = None
    upstream: str = "stand-in"
    budget: int | None = None
    own_ca: bool = False
    pace: Pace | None = None
    tools: ToolUse | None = None


def environments(port: int, bundle: Path, catalogue: Catalogue = BUILT_IN) -> dict[str, dict[str, str]]:
    """The variables that lead an application to the proxy, by way of connecting."""
    reach = Reach(port, bundle, bundle, catalogue)
    return {
        "base_url": variables("base_url", reach),
        "intercept": {**variables("intercept", reach), "NO_PROXY": ",".join(LOCAL)},
    }


def exports(port: int, bundle: Path, catalogue: Catalogue = BUILT_IN) -> dict[str, str]:
    """The same variables as lines for a shell, by way of connecting."""
    return {
        connect: "\n".join(f"export {name}={_quoted(value)}" for name, value in names.items())
        for connect, names in environments(port, bundle, catalogue).items()
    }


def _quoted(value: str) -> str:
    return f"'{value}'" if set(value) & set(" |*[]&;$") else value


class ByHand:
    """The stand-in and one proxy, with a timeline."""

    def __init__(self, options: ByHandOptions, parts: Parts, folder: Path, interrupts: Interrupts) -> None:
        self.options, self.parts, self.folder, self.interrupts = options, parts, folder, interrupts
        self.scenario = options.scenario
        self._tail = Tail(folder / "journal")
        self.halt = standstill.Watch()
        self._began = 0.0

    @property
    def bundle(self) -> Path:
        """The certificates a client has to trust; complete once the proxy runs."""
        return self.parts.confdir / authority.BUNDLE

    def orders(self) -> ProxyOrders:
        """The proxy's orders; the stand-in is started for them. Raises HarnessError."""
        options = self.options
        require_free(options.port, "choose another with --port") if options.port else None
        standin = options.upstream == "stand-in"
        upstream = self.parts.start_standin(self.scenario.seed, options.pace, tools=options.tools) if standin else None
        orders = self.parts.proxy_orders(self.scenario, options.speed, upstream, options.budget)
        return orders.model_copy(update={"port": options.port or free_port()})

    def start(self) -> Proxy | None:
        """Start the lean proxy; None when interrupted. Raises HarnessError."""
        orders = self.orders()
        if self.interrupts.happened:
            return None
        proxies = self.parts.start_proxies(orders, 1, orders.port)
        if not proxies:
            return None
        write_bundle(proxies[0].ca, self.bundle, os.environ)
        return proxies[0]

    def ready(self, proxy: Proxy) -> dict[str, Any]:
        """What a program that started us needs to know: where everything is, and how to give orders."""
        return {
            "ready": True,
            "port": proxy.port,
            "control": proxy.control.port,
            "token": self.parts.token,
            "ca": str(self.bundle),
            "journal": str(self.folder / "journal"),
            "environment": environments(proxy.port, self.bundle, self.scenario.catalogue),
        }

    def begin(self, control: Control) -> None:
        """Start the timeline, or the one phase. Raises HarnessError."""
        self._began = time.monotonic() + _LEAD
        control.begin(self._began)
        if self.options.phase:
            self._began = time.monotonic()
            control.phase(self.options.phase)

    def follow(self, control: Control, show: Callable[[dict[str, Any]], None], begins: Callable[[Phase], None]) -> None:
        """Play until interrupted: every row is shown, every phase announced.

        Raises HarnessError when a part dies, and InputError where everything is to stand still.
        """
        playing: str | None = None
        while not self.interrupts.happened:
            phase = self.keep_playing(control)
            name = phase.phase if phase else None
            if name != playing and phase is not None:
                begins(phase)
            playing = name
            self.show_rows(show)
            self.halt.refuse()
            for child in self.parts.family.note_ends():
                raise HarnessError(f"the {child.name} {child.end_in_words()}{child.loss}{last_words(child)}")
            time.sleep(_PULSE)

    def show_rows(self, show: Callable[[dict[str, Any]], None]) -> None:
        """Show what the journal has that is new."""
        for row in self._tail.rows():
            show(row)

    def keep_playing(self, control: Control) -> Phase | None:
        """Begin again where that is wanted; returns the phase. Raises HarnessError."""
        phase = self._phase()
        if phase is None and (self.options.loop or self.options.phase):
            self.begin(control)
            phase = self._phase()
        return phase

    def _phase(self) -> Phase | None:
        elapsed = (time.monotonic() - self._began) * self.options.speed
        for phase in self.scenario.phases:
            if self.options.phase in (None, phase.phase):
                if elapsed < phase.lasts:
                    return phase
                elapsed -= phase.lasts
        return None

    def stop(self, proxy: Proxy | None) -> None:
        """Let go of held clients, and end the proxy and the stand-in."""
        if proxy is not None:
            with contextlib.suppress(HarnessError):  # one that is gone holds nobody
                proxy.control.release()
        self.parts.family.stop(self.parts.family.children)


@contextmanager
def by_hand(options: ByHandOptions) -> Iterator[ByHand]:
    """A desk in a temporary folder; whatever it started is gone at the end.

    Raises InputError where everything is to stand still.
    """
    standstill.refuse()
    with tempfile.TemporaryDirectory(prefix="brownout-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        with Journal(folder / "journal", "desk") as journal, Interrupts() as interrupts:
            family = Family(folder / "logs", journal)
            interrupts.at_once = partial(abandon, family, folder)
            ca = folder / "ca" if options.own_ca else authority.kept()
            parts = Parts(family, folder / "orders", ca, folder / "journal", lambda: interrupts.happened)
            try:
                yield ByHand(options, parts, folder, interrupts)
            finally:
                family.stop(family.children)


def end_with_stdin(interrupts: Interrupts) -> None:
    """Take the end of stdin for a first signal, where stdin is a pipe: the program that started us holds it."""
    with contextlib.suppress(OSError):
        mode = os.fstat(0).st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            threading.Thread(target=_await_end_of_stdin, args=(interrupts,), daemon=True).start()


def _await_end_of_stdin(interrupts: Interrupts) -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    interrupts.stop()


def front_end_command(ui: str, orders: Path, port: int, confdir: Path, catalogue: Catalogue = BUILT_IN) -> list[str]:
    """How to start mitmproxy's own console or web front end with the same addon, for AI hosts alone."""
    program = Path(sys.executable).parent / FRONT_ENDS[ui]
    return [
        str(program if program.exists() else FRONT_ENDS[ui]),
        *("--mode", f"regular@{port}", "--listen-host", LOOPBACK),
        *("-s", str(resources.PROXY_ADDONS / "inject.py")),
        *("--set", f"confdir={confdir}", "--set", f"brownout_orders={orders}"),
        *(word for name, value in ALWAYS.items() for word in ("--set", f"{name}={value}".lower())),
        *(word for pattern in host_patterns(catalogue) for word in ("--allow-hosts", pattern)),
    ]


def run_front_end(at: ByHand, ui: str) -> None:
    """Hand the terminal over to mitmproxy's front end while the timeline plays, until it or we are told to end.

    Raises HarnessError when it cannot be started.
    """
    orders = at.orders().model_copy(update={"control_port": free_port()})
    path = at.parts.write("proxy-0", orders)
    command = front_end_command(ui, path, orders.port, at.parts.confdir, at.scenario.catalogue)
    try:
        # It needs the terminal, and so our own session; we have one thread, so a hook before it starts is safe.
        front_end = subprocess.Popen(command, preexec_fn=lifeline.die_with_parent, env=own_environment(os.environ))
    except OSError as error:
        raise HarnessError(f"cannot start {command[0]}: {error.strerror}; is mitmproxy installed?") from None

    def over() -> bool:
        return front_end.poll() is not None or at.interrupts.happened or at.halt.order is not None

    control = Control(orders.control_port, at.parts.token)
    try:
        if wait_until(lambda: _awake(control), START_TIMEOUT, over) and not over():
            write_bundle(at.parts.confdir / authority.CERTIFICATE, at.bundle, os.environ)
            at.begin(control)
        while not over():
            at.keep_playing(control)
            time.sleep(_PULSE)
    finally:
        front_end.terminate()
        front_end.wait()
    at.halt.refuse()
    if front_end.returncode > 0 and not at.interrupts.happened:
        raise HarnessError(f"{FRONT_ENDS[ui]} exited with code {front_end.returncode}")


def _awake(control: Control) -> bool:
    try:
        control.stats()
    except HarnessError:
        return False
    return True
