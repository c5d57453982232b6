"""A platform for hand-written tests: healthy until the test breaks it. Used by the ``outage`` fixture."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from brownout.config.spelling import hint
from brownout.drill.control import Control
from brownout.drill.environment import LOCAL, Reach, variables
from brownout.errors import HarnessError
from brownout.events import ROWS, ExchangeEnds
from brownout.find_engine import command
from brownout.journal import Tail
from brownout.library.library import load_scenario
from brownout.scenario import Scenario
from brownout.services import BUILT_IN, Catalogue, catalogue_of
from brownout.testing.outage_scenarios import healthy_but_for, staying_in

Connect = Literal["base_url", "intercept"]
_PATIENCE = 5.0
_FORMS = [form for form in ROWS if issubclass(form, ExchangeEnds)]
_COLUMNS = dict.fromkeys(
    ("v", "kind", "form", "t", "at", "w", *(each.name for form in _FORMS for each in fields(form)))
)
_NO_CALL = (
    "no call reached the platform; a client finds it by OPENAI_BASE_URL or ANTHROPIC_BASE_URL, which it reads when it "
    "is made, or by outage.openai_base_url and its like"
)


@dataclass
class OutageServer:
    """The running proxy and stand-in."""

    control: Control
    port: int
    ca: str
    journal: Path
    variables: dict[str, dict[str, str]]

    def __post_init__(self) -> None:
        self.tail = Tail(self.journal)

    def environment(self, connect: Connect = "base_url", catalogue: Catalogue = BUILT_IN) -> dict[str, str]:
        """The variables that lead a program there, by ``base_url`` or by ``intercept``, past any other proxy.

        ``catalogue``: the platforms that are known now; some were declared since the server began.
        """
        before = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
        direct = ",".join(dict.fromkeys([*LOCAL, *filter(None, before.split(","))]))
        if connect == "intercept":  # what stands in NO_PROXY may be the very platform that is to be intercepted
            direct = ",".join(LOCAL)
        declared = variables(connect, self.reach(catalogue)) if connect == "base_url" else {}
        return {**declared, **self.variables[connect], "NO_PROXY": direct, "no_proxy": direct}

    def reach(self, catalogue: Catalogue) -> Reach:
        """How clients of these platforms reach the server."""
        return Reach(self.port, Path(self.ca), Path(self.ca), catalogue)


@contextmanager
def running_outage_server(folder: Path, tools: str = "never") -> Iterator[OutageServer]:
    """Start both with whatever brownout has the engine; stopped at the end. Raises HarnessError.

    ``tools`` is in which share of turns the stand-in uses a tool that it may use.
    """
    arguments = [*command(), "proxy", "baseline", "--port", "0", "--json", "--tools", tools]
    log = folder / "proxy.log"
    with log.open("wb") as errors:
        # In a session of its own: a Ctrl-C is for the tests, whose last ones still need the platform.
        process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith(b"{"):
            process.wait(_PATIENCE)
            raise HarnessError(f"the outage server did not start: {log.read_text('utf-8', 'replace').strip()}")
        ready = json.loads(line)
        control = Control(ready["control"], ready["token"])
        yield OutageServer(control, ready["port"], ready["ca"], Path(ready["journal"]), ready["environment"])
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let go of its stdin, which ends it."""
    try:
        process.communicate(timeout=30)
    except BaseException:
        process.kill()
        process.communicate()
        raise


@dataclass(frozen=True)
class _Owed:
    """What has to strike: at least one of these rules, in a call that began at ``since`` or later."""

    name: str
    rules: frozenset[str]
    since: float

    def paid(self, rows: list[dict[str, Any]]) -> bool:
        return any(row["delivered"] and row["rule"] in self.rules and row["t"] >= self.since for row in rows)


@dataclass
class Outage:
    """What a test can do to the platform, and see of what it did.

    The platform is healthy at first. ``strike`` adds a rule, ``play`` a whole scenario, ``heal`` takes all away.
    With ``seed``, set before a strike, a share strikes other calls than with the usual 1.
    """

    server: OutageServer = field(repr=False)
    seed: int = 1

    def __post_init__(self) -> None:
        self._rules: list[dict[str, Any]] = []
        self._owed: list[_Owed] = []
        self._rows: list[dict[str, Any]] = []
        self._platforms: dict[str, str] = {}
        self._catalogue = BUILT_IN
        self._plays: str | None = None
        self._strikes = 0
        self.heal()
        self._began = time.monotonic()

    @property
    def openai_base_url(self) -> str:
        """The base URL for an OpenAI client: ``OpenAI(base_url=...)``."""
        return self.environment()["OPENAI_BASE_URL"]

    @property
    def anthropic_base_url(self) -> str:
        """The base URL for an Anthropic client: ``Anthropic(base_url=...)``."""
        return self.environment()["ANTHROPIC_BASE_URL"]

    def base_url(self, platform: str) -> str:
        """The base URL of a platform by its name, for its client: ``groq``. Raises ValueError for an unknown name."""
        known = self._catalogue.by_name
        if platform not in known:
            raise ValueError(f"unknown platform {platform!r}{hint(platform, known)}")
        return self.server.reach(self._catalogue).base_url(known[platform])

    def platform(self, name: str, base_url: str) -> str:
        """Make a platform known, for this test, that speaks OpenAI's grammar; ``base_url`` is its own.

        Returns the base URL under which clients find it here. Raises ValueError for a name or a host that is taken,
        and while a scenario plays.
        """
        __tracebackhide__ = True
        self._require_no_scenario()
        platforms = {**self._platforms, name: base_url}
        catalogue_of(platforms)
        self._platforms = platforms
        self._order(self._healthy_but_for(self._rules))
        return self.base_url(name)

    @property
    def proxy_url(self) -> str:
        """The proxy's URL for a client that is to be intercepted; the client must trust ``ca``."""
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def ca(self) -> str:
        """Path of a bundle: the outage's own CA and those that the system trusts."""
        return self.server.ca

    def environment(self, connect: Connect = "base_url") -> dict[str, str]:
        """Variables for a program that the test starts: by ``base_url`` (set for the test itself) or ``intercept``."""
        return self.server.environment(connect, self._catalogue)

    def strike(self, fault: str, on: str = "*", *, may_miss: bool = False, **settings: Any) -> str:
        """From now on this fault strikes ``on`` (a service or a glob); settings as in a scenario's rule.

        Returns the rule's id. Of several strikes, the first one that selects a call wins; each new one lets all of
        them count (``first``, ``after``, ``limit``) from the start. A test fails when none of its calls was struck by
        it, unless it ``may_miss``. Raises ValueError for what no rule can be, for one that could never strike, and
        while a scenario plays.
        """
        __tracebackhide__ = True
        self._require_no_scenario()
        self._strikes += 1
        rule_id = str(settings.pop("id", None) or f"{self._strikes}.{fault}")
        rules = [*self._rules, {"fault": fault, "on": on, "id": rule_id, **settings}]
        since = time.monotonic()
        self._order(self._healthy_but_for(rules))
        self._rules = rules
        if not may_miss:
            self._owed.append(_Owed(f"{rule_id} (on {on})", frozenset({rule_id}), since))
        return rule_id

    def play(
        self, scenario: str | Path, phase: str | None = None, speed: float | None = None, *, may_miss: bool = False
    ) -> None:
        """Play a scenario, by name or file, from its start; with ``phase``, stay in that one.

        A share that changes in the course of a phase has its mean in one that stays. ``speed`` is in incident seconds
        a second, by default the scenario's own; Retry-After and resets are divided by it. A test fails when no call
        of it was struck by the scenario's rules, unless it ``may_miss``. Raises InputError, and ValueError for a phase
        that is not there.
        """
        __tracebackhide__ = True
        loaded = load_scenario(scenario)
        pace = speed or loaded.speed
        played = loaded if phase is None else staying_in(loaded, phase, pace)
        since = time.monotonic()
        self._order(played, pace)
        self._rules, self._plays = [], loaded.name if phase is None else f"{loaded.name} ({phase})"
        if played.rules and not may_miss:
            self._owed.append(_Owed(self._plays, frozenset(rule.id for rule in played.rules), since))

    def heal(self) -> None:
        """A healthy platform again; whoever is being held is let go."""
        self._order(self._healthy_but_for([]))
        self._rules, self._plays = [], None
        self.server.control.release()

    def exchanges(self, **wanted: Any) -> list[dict[str, Any]]:
        """The journal's rows of this test's calls so far, those whose columns have the wanted values.

        The columns are those of ``brownout.events.ExchangeEnds`` and its forms: ``service``, ``rule``, ``fault``,
        ``delivered``, ``status``, ``attempt``, ``end`` and more. Waits up to five seconds for calls under
        way. Raises ValueError for a column that there is not.
        """
        for name in wanted:
            if name not in _COLUMNS:
                raise ValueError(f"an exchange has no column {name!r}{hint(name, _COLUMNS)}")
        deadline = time.monotonic() + _PATIENCE
        while self.server.control.stats()["under_way"] and time.monotonic() < deadline:
            time.sleep(0.01)
        rows = (row for row in self.server.tail.rows() if row["kind"] == "exchange")
        self._rows.extend(row for row in rows if row["t"] >= self._began)  # else a late one of an earlier test
        return [row for row in self._rows if all(row.get(name) == value for name, value in wanted.items())]

    def missed(self) -> str | None:
        """What is wrong with a test that ends now: what was ordered and never struck. Lets go of whoever is held."""
        if not self._owed:
            return None
        self.server.control.release()
        rows = self.exchanges()
        missed = [owed.name for owed in self._owed if not owed.paid(rows)]
        if not missed:
            return None
        services = ", ".join(sorted({row["service"] for row in rows}))
        seen = f"{len(rows)} call{'s'[: len(rows) != 1]} reached the platform ({services})" if rows else _NO_CALL
        return f"{', '.join(missed)} struck nothing: {seen}. Where that is meant, pass may_miss=True"

    def close(self) -> None:
        """Leave a healthy platform to the next test."""
        self._platforms = {}
        with contextlib.suppress(HarnessError):  # whoever needs the platform next will say that it is gone
            self.heal()

    def _require_no_scenario(self) -> None:
        __tracebackhide__ = True
        if self._plays is not None:
            raise ValueError(f"{self._plays} is playing; heal() first, or strike in a test of its own")

    def _healthy_but_for(self, rules: list[dict[str, Any]]) -> Scenario:
        __tracebackhide__ = True
        return healthy_but_for(rules, self.seed, self._platforms)

    def _order(self, scenario: Scenario, speed: float | None = None) -> None:
        self._catalogue = scenario.catalogue
        self.server.control.order(
            "scenario", scenario=scenario.written(), speed=speed or scenario.speed, zero=time.monotonic()
        )
