"""How much CPU time a test may take, its own processes included: a plugin for pytest.

A test that plays a drill (marked ``drill``), or starts a whole application or a load (``starts``), has 20 s, any other
2 s. What is over budget is listed at the end of the run; at twice its budget a test fails with one line. Between the
two lies what a machine can do to a test: the first run in a fresh clone compiles what it imports, and who shares a core
makes CPU time longer. Wall time is no measure at all. What a fixture of a class, a module or the session costs is that
fixture's: its set-up may take as long as the test that asked for it, and its end, where processes that served many
tests are counted, has no limit. Processes count when their end was waited for. What is meant to take long
has no budget: tests marked ``heavy``, and all under another profile of hypothesis than the quick one.
"""

from __future__ import annotations

import contextlib
import math
import os
import resource
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

DRILL = 20.0
"""CPU seconds of a test that plays a drill, on a machine on which the yardstick takes its time."""
SHARED = 30.0
"""CPU seconds of a drill that is played once for many tests (``support.played``): it is none of theirs to pay."""
OTHER = 2.0
"""CPU seconds of any other test."""
YARDSTICK = 0.04
"""CPU seconds of ``measured`` on a machine for which the two above were chosen; slower ones have more."""
CROWDED = 1.0
"""Processes that want to run, for each core, above which budgets are doubled: they share caches and threads too."""

SURELY = 2.0
"""So many times its budget a test takes by what it does, and not by what the machine does to it."""

QUICK = os.environ.get("HYPOTHESIS_PROFILE", "quick") == "quick"


def spent() -> float:
    """CPU seconds of this process so far, and of its children that were waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in both)


def measured() -> float:
    """CPU seconds of a fixed computation, here and now."""
    start = time.process_time()
    kept: dict[int, str] = {}
    for number in range(200_000):
        kept[number % 1000] = str(number)
    return time.process_time() - start


def waiting() -> float:
    """Processes that want to run: over the last minute, or at this moment where these are more and Linux says so."""
    minute = os.getloadavg()[0]
    try:
        running = Path("/proc/loadavg").read_text().split()[3].partition("/")[0]
    except OSError:
        return minute
    return max(minute, float(running))


def allowed(base: float, yardstick: float, load: float, cores: int) -> float:
    """A budget on a machine of this speed that is as busy as this; never less than the base."""
    return base * max(1.0, yardstick / YARDSTICK) * (2.0 if load > CROWDED * cores else 1.0)


class Budget:
    """Measures every test, and fails those that take too much."""

    def __init__(self) -> None:
        self.yardstick = measured()
        self.base = OTHER
        self.start = 0.0
        self.shared = 0.0
        self.begun: list[float] = []
        self.test = ""
        self.over: list[str] = []
        """What took more than it may in this process, a line each."""

    def own(self) -> float:
        """CPU seconds of the current test so far, without what it shares with others."""
        return spent() - self.start - self.shared

    @contextlib.contextmanager
    def sharing(self, what: str) -> Generator[None]:
        """What is done meanwhile is for many tests: it has a budget of its own."""
        self.begin()
        try:
            yield
        finally:
            cost = self.end()
        self.check(cost, what, max(SHARED, self.base))

    def check(self, cost: float, what: str, base: float | None = None) -> None:
        """List what cost too much, and fail what did so surely. The machine is asked how fast it is only then."""
        base = self.base if base is None else base
        if cost <= base:
            return
        self.yardstick = max(self.yardstick, measured())
        most = allowed(base, self.yardstick, waiting(), os.cpu_count() or 1)
        if cost <= most:
            return
        kind = "one that plays a drill or starts an application" if base > OTHER else "one that plays no drill"
        line = f"over budget: {what} took {cost:.1f} s of CPU; {most:.1f} s are for {kind} (docs/testing.md)"
        self.over.append(f"{line}: {self.test}")
        if cost > SURELY * most:
            pytest.fail(line, pytrace=False)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None]:
        """A test begins."""
        long = item.get_closest_marker("drill") or item.get_closest_marker("starts")
        own = DRILL if long else OTHER
        self.base = math.inf if item.get_closest_marker("heavy") or not QUICK else own
        self.start, self.shared = spent(), 0.0
        self.test = item.nodeid
        yield

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self) -> Generator[None]:
        """What is too much by now is the test's failure."""
        yield
        self.check(self.own(), "this test")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self) -> Generator[None]:
        """Processes that a fixture of the test ends are counted only now."""
        before = self.own()
        yield
        if before <= self.base:
            self.check(self.own(), "this test with its end")

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """What several tests share is none of them to pay."""
        if fixturedef.scope == "function":
            return (yield)
        fixturedef.addfinalizer(self.end)  # the last to be called
        self.begin()
        try:
            result = yield
        finally:
            cost = self.end()
            fixturedef.addfinalizer(self.begin)  # the first
        self.check(cost, f"the fixture {fixturedef.argname}")
        return result

    def begin(self) -> None:
        """From now on the cost is a shared fixture's; one may begin within another."""
        self.begun.append(spent())

    def end(self) -> float:
        """The cost of that fixture, in seconds."""
        cost = spent() - self.begun.pop()
        if not self.begun:
            self.shared += cost
        return cost


_RUNNING: list[Budget] = []


def sharing(what: str) -> contextlib.AbstractContextManager[None]:
    """While a test does something for many others; see ``Budget.sharing``."""
    return _RUNNING[0].sharing(what) if _RUNNING else contextlib.nullcontext()


class Total:
    """Says at the end of a run what all of it took."""

    def __init__(self, budget: Budget) -> None:
        self.workers = 0.0
        self.budget = budget

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker's figures, if it came to its end."""
        output = getattr(node, "workeroutput", {})
        self.workers += output.get("cpu", 0.0)
        self.budget.over += output.get("over", [])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The one line, after one for each that was over its budget."""
        for line in self.budget.over:
            terminalreporter.write_line(line)
        total = self.workers or spent()
        terminalreporter.write_line(f"CPU time of all tests and their processes: {total / 60:.1f} min ({total:.0f} s)")


def pytest_configure(config: pytest.Config) -> None:
    """Every process that runs tests measures them; the one in front adds up."""
    budget = Budget()
    _RUNNING.append(budget)
    config.pluginmanager.register(budget, "brownout-budget")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Total(budget), "brownout-total")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands over what it took, from its start on, and what was over its budget."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["cpu"] = spent()
        session.config.workeroutput["over"] = _RUNNING[0].over
