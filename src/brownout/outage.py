"""A platform for hand-written tests: healthy until the test breaks it. Used by the ``outage`` fixture."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brownout.control import Control
from brownout.engine import command
from brownout.errors import HarnessError
from brownout.journal import Tail
from brownout.library import load_scenario
from brownout.scenario import Scenario

_PATIENCE = 5.0


@dataclass
class OutageServer:
    """The running proxy and stand-in."""

    control: Control
    port: int
    ca: str
    journal: Path
    variables: dict[str, dict[str, str]]

    def environment(self, connect: str = "base_url") -> dict[str, str]:
        """The variables that lead a program there, by ``base_url`` or by ``intercept``."""
        return dict(self.variables[connect])


@contextmanager
def running_outage_server(folder: Path) -> Iterator[OutageServer]:
    """Start both with whatever brownout has the engine; stopped at the end. Raises HarnessError."""
    arguments = [*command(), "proxy", "baseline", "--port", "0", "--json"]
    with (folder / "proxy.log").open("wb") as log:
        process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line.startswith("{"):
                raise HarnessError(f"the outage server did not start:\n{(folder / 'proxy.log').read_text()}")
            ready = json.loads(line)
            control = Control(ready["control"], ready["token"])
            yield OutageServer(control, ready["port"], ready["ca"], Path(ready["journal"]), ready["environment"])
        finally:
            process.communicate(timeout=30)  # closes its stdin, which ends it


@dataclass
class Outage:
    """What a test can do to the platform, and see of what it did.

    The platform is healthy at first. ``strike`` adds a rule, ``play`` a whole scenario, ``heal`` takes all away.
    """

    server: OutageServer
    seed: int = 1
    _rules: list[dict[str, Any]] = field(default_factory=list)
    _owed: set[str] = field(default_factory=set)
    _rows: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._tail = Tail(self.server.journal)
        list(self._tail.rows())  # what earlier tests left
        self.heal()

    @property
    def openai_base_url(self) -> str:
        """For ``OpenAI(base_url=...)``."""
        return self.server.environment()["OPENAI_BASE_URL"]

    @property
    def anthropic_base_url(self) -> str:
        """For ``Anthropic(base_url=...)``."""
        return self.server.environment()["ANTHROPIC_BASE_URL"]

    @property
    def proxy_url(self) -> str:
        """For a client that is to be intercepted; it must trust ``ca``."""
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def ca(self) -> str:
        """Path of the certificate bundle."""
        return self.server.ca

    def strike(self, fault: str, on: str = "*", *, may_miss: bool = False, **settings: Any) -> str:
        """From now on this fault strikes ``on`` (a service or a glob); settings as in a scenario's rule.

        Returns the rule's id. Unless it ``may_miss``, a test during which it struck nothing fails. Raises ValueError.
        """
        rule_id = settings.pop("id", None) or f"{len(self._rules) + 1}.{fault}"
        self._rules.append({"fault": fault, "on": on, "id": rule_id, **settings})
        self._order(self._scenario())
        if not may_miss:
            self._owed.add(rule_id)
        return rule_id

    def play(self, scenario: str | Path, phase: str | None = None, speed: float | None = None) -> None:
        """Play a scenario, by name or file, from its start; with ``phase``, stay in that one. Raises InputError."""
        loaded = load_scenario(scenario)
        self._rules, self._owed = [], set()
        self._order(loaded, speed)
        if phase is not None:
            self.server.control.phase(phase)
            self.server.control.order("pause")

    def heal(self) -> None:
        """A healthy platform again."""
        self._rules = []
        self._order(self._scenario())
        self.server.control.release()

    def exchanges(self, **wanted: Any) -> list[dict[str, Any]]:
        """The journal's rows of this test's calls so far, those whose columns have the wanted values.

        Waits for calls under way, except such as are held by a fault.
        """
        deadline = time.monotonic() + _PATIENCE
        while self.server.control.stats()["under_way"] and time.monotonic() < deadline:
            time.sleep(0.01)
        self._rows.extend(row for row in self._tail.rows() if row["kind"] == "exchange")
        return [row for row in self._rows if all(row.get(name) == value for name, value in wanted.items())]

    def close(self) -> str | None:
        """Heal; returns what is wrong with the test: a strike that never happened."""
        self.server.control.release()
        struck = {row["rule"] for row in self.exchanges(delivered=True)}
        calls = len(self._rows)
        self.heal()
        missed = sorted(self._owed - struck)
        if not missed:
            return None
        seen = f"{calls} calls reached the platform" if calls else "no call reached the platform"
        return f"{', '.join(missed)} struck nothing ({seen}); pass may_miss=True where that is meant"

    def _scenario(self) -> Scenario:
        phase = {"phase": "test", "lasts": "24h", "impact": "operational", "rules": self._rules}
        value = {
            "brownout": 1,
            "name": "outage",
            "title": "A test's own outage",
            "seed": self.seed,
            "timeline": [phase],
        }
        return Scenario.model_validate(value)

    def _order(self, scenario: Scenario, speed: float | None = None) -> None:
        dumped = scenario.model_dump(mode="json", by_alias=True)
        self.server.control.order("scenario", scenario=dumped, speed=speed or scenario.speed, zero=time.monotonic())
