"""One run of a scenario against an application: starts every part, plays the timeline, ends and judges it.

The only place that knows all parts. They are processes; what they share is the journal.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from brownout import whole
from brownout.drill import safety, standstill
from brownout.drill.application import Application
from brownout.drill.authority import for_drill
from brownout.drill.concluding import conclude, unwritten
from brownout.drill.ending import Aborted, Enough, Interrupted
from brownout.drill.futile import watching
from brownout.drill.interrupts import Interrupts, abandon
from brownout.drill.key_ring import KeyRing
from brownout.drill.loading import load_orders, start_load
from brownout.drill.parts import START_TIMEOUT, Parts, Proxy, heal, reach_of
from brownout.drill.port_watch import PortWatch
from brownout.drill.ports import require_free
from brownout.drill.processes import Child, Family, last_words
from brownout.drill.progress import Silent, Watcher
from brownout.drill.setting import Options, Setting, out_folder, prepare, versions
from brownout.drill.supervisor import Supervisor
from brownout.drill.timeline import beats, due
from brownout.drill.vitals import Vitals
from brownout.errors import HarnessError
from brownout.events import End
from brownout.journal import Journal, Tail
from brownout.load.command import grace_of
from brownout.profile import Profile
from brownout.result import Result
from brownout.scenario import Scenario

_PULSE = 0.05
_LEAD = 0.3


def run_drill(
    scenario: Scenario, profile: Profile, options: Options | None = None, watcher: Watcher | None = None
) -> Result:
    """Run a drill to its end, and write its reports into its folder (``Result.journal``'s).

    A harness that fails on the way, and an interrupt, still give a result: see ``outcome``, ``why`` and ``exit_code``.
    Raises InputError before anything is started, where the folder cannot be written, and while all is to stand still;
    HarnessError where it cannot be written any more.
    """
    standstill.refuse()
    options = options or Options()
    setting = prepare(scenario, profile, options)
    folder = out_folder(setting, options.out)
    try:
        return _played(setting, folder, watcher or Silent())
    except OSError as error:
        raise HarnessError(unwritten(folder, error)) from None


def _played(setting: Setting, folder: Path, watcher: Watcher) -> Result:
    with (
        tempfile.TemporaryDirectory(prefix="brownout-", ignore_cleanup_errors=True) as scratch,
        Journal(folder / "journal", "drill", (keys := KeyRing(Path(scratch))).known.scrubbed) as journal,
        Interrupts() as interrupts,
    ):
        drill = _Drill(setting, folder, Path(scratch), keys, journal, interrupts, watcher)
        drill.play()
        return conclude(folder)


class _Drill:
    """The parts of one drill while it runs."""

    def __init__(
        self,
        setting: Setting,
        folder: Path,
        scratch: Path,
        keys: KeyRing,
        journal: Journal,
        interrupts: Interrupts,
        watcher: Watcher,
    ) -> None:
        self.setting, self.folder, self.scratch = setting, folder.resolve(), scratch
        self.journal, self.interrupts, self.watcher = journal, interrupts, watcher
        self.family = Family(self.folder / "logs", journal, keys.known)
        interrupts.at_once = partial(abandon, self.family, scratch)
        ca, written = for_drill(scratch / "ca"), self.folder / "journal"
        self.halt = standstill.Watch()
        self.parts = Parts(self.family, self.folder / "orders", ca, written, self._is_stopped, keys=keys.at)
        keys.note_own(self.parts.token, setting.profile)
        self.application = Application(setting.profile, scratch / "app")
        self.supervisor = Supervisor(self.application, self.family)
        self.port = PortWatch(self.application.ready_url, journal)
        self.futile = watching(setting.profile)
        self.safety = safety.watching(setting.profile, setting.scenario, setting.speed)
        self.load_orders = load_orders(setting, self.application, self.folder, scratch, self.parts)
        self.tail = Tail(written)
        self.waiting = beats(setting.scenario, setting.speed)
        self.proxies: list[Proxy] = []
        self.load: Child | None = None
        self.load_ready = False
        self.zero: float | None = None
        self.beat: Callable[[], None] = lambda: None  # until the timeline begins
        self.spoken: set[str] = set()  # parts that wrote their own end: nothing of theirs is missing

    def play(self) -> End:
        """From the first process to the last; the end is in the journal."""
        end = End("failed", "an error in brownout itself")
        self.journal.write(self.setting.plan(time.monotonic(), versions()))
        try:
            end = self._play()
        finally:
            self._take_down()
            if self.zero is None:
                self._write_drill_row(time.monotonic())
            end = self._cut_off(end)
            self.journal.write(end)
        return end

    def _cut_off(self, end: End) -> End:
        """The end, which is a failure where a part was killed on the last stretch: its last rows may be missing."""
        mine = [child for child in self.family.children if child is not self.load and not child.foreign]
        dumb = next((child for child in mine if child.code != 0 and child.name not in self.spoken), None)
        if end.outcome != "completed" or dumb is None:
            return end
        what = f"the {dumb.name} {dumb.end_in_words()} while the drill was taken down{dumb.loss}"
        return End("failed", f"{what}; the last of what it saw may be missing")

    def _play(self) -> End:
        try:
            self._set_up()
            self._begin()
            self._follow()
        except Interrupted:
            return End("interrupted", "stopped by the user" if self.zero else "stopped before the timeline began")
        except HarnessError as error:
            return End("failed", str(error))
        except Enough as enough:
            return End("stopped", str(enough))
        except Aborted as bound:
            since = time.monotonic()
            heal(self.proxies)
            self.watcher.step(f"ended at once: {bound}")
            return End("aborted", str(bound), since)
        return End("completed")

    def _set_up(self) -> None:
        setting, profile = self.setting, self.setting.profile
        self.application.require_sound(self.parts.stop)
        if self.setting.port:
            require_free(self.setting.port, "choose another with --port")
        self.load = start_load(self.parts, self.load_orders)
        self._say("starting the platform's stand-in" if profile.upstream == "stand-in" else "using the real platform")
        upstream = self._start_standin() if profile.upstream == "stand-in" else None
        if upstream is not None and self.load_orders.standin is not None:
            self.load_orders.standin.write_text(upstream, "ascii")
        self._check()
        self._say("starting the proxy" if setting.proxies == 1 else f"starting {setting.proxies} proxies")
        limits = (profile.budget, profile.tunnelled, profile.max_active_faults)
        orders = self.parts.proxy_orders(setting.scenario, setting.speed, upstream, *limits)
        self.proxies = self.parts.start_proxies(orders, setting.proxies, self.setting.port)
        self._check()
        self._say(f"starting {profile.name}" if profile.start else f"looking for {profile.name}")
        bundle = self.scratch / "ca-bundle.pem"
        reach = reach_of(self.proxies[0], bundle, dict(os.environ), setting.scenario.catalogue)
        self.application.start(self.family, reach)
        self.application.wait_until_ready(self.parts.stop)
        self._await_load()

    def _start_standin(self) -> str:
        setting, go, receivers = self.setting, self.load_orders.go, self.application.receivers
        scenario, speed, tools = setting.scenario, setting.speed, setting.profile.standin.tools
        return self.parts.start_standin(
            scenario.seed, scenario=scenario, speed=speed, go=go, webhooks=receivers, tools=tools
        )

    def _await_load(self) -> None:
        until = time.monotonic() + START_TIMEOUT
        while not self.load_ready:
            self._pulse()
            if time.monotonic() > until:
                raise HarnessError(f"the load was not ready within {START_TIMEOUT:g}s ({self.folder}/logs/load.log)")

    def _begin(self) -> None:
        self._check()
        zero = time.monotonic() + _LEAD
        for proxy in self.proxies:
            proxy.control.begin(zero)
        self._write_drill_row(zero)
        self.zero = self.safety.zero = zero
        whole.write(self.load_orders.go, repr(zero).encode())
        self.watcher.begins(self.setting)
        self.beat = Vitals(self.journal, self.family, _PULSE).beat

    def _write_drill_row(self, zero: float) -> None:
        self.journal.write(self.setting.row(zero, versions()))

    @property
    def elapsed(self) -> float:
        """Drill seconds since the timeline began; negative before."""
        return -1.0 if self.zero is None else time.monotonic() - self.zero

    def _follow(self) -> None:
        load, last = self.load, self.setting.end + grace_of(self.load_orders) + START_TIMEOUT
        assert load is not None
        while load.code is None:
            self._pulse()
            if self.elapsed > last:
                raise HarnessError(f"the load did not end with the timeline (log: {load.log})")
        settled = time.monotonic() + self.setting.profile.settle
        self._say("waiting for late calls")
        while time.monotonic() < settled:
            self._pulse()

    def _pulse(self) -> None:
        """What is done all the time: look after the parts, record what the timeline does, show what is new."""
        self._check()
        if self.zero is not None:
            for beat in due(self.waiting, self.elapsed):
                self.journal.write(beat.event_at(self.zero))
        self._read()
        if self.zero is not None and not self.supervisor.mourns:
            self.port.beat()
        self.watcher.tick(self.elapsed)
        enough = (self.supervisor.look() or self.futile.why) if self.zero is not None else ""
        if enough and self.elapsed < self.setting.end:
            raise Enough(enough)
        if self.elapsed < self.setting.end and (bound := self.safety.why(time.monotonic())):
            raise Aborted(bound)
        time.sleep(_PULSE)
        self.beat()

    def _read(self) -> None:
        """What is new in the journal."""
        for row in self.tail.rows():
            about = (row["kind"], row.get("event"), row.get("name"))
            self.load_ready = self.load_ready or about == _LOAD_READY
            if about[:2] == ("process", "exited") and row.get("w") == row.get("name"):
                self.spoken.add(str(row["name"]))
            self.futile.take(row)
            self.port.take(row)
            self.safety.take(row)
            self.watcher.row(row)

    def _is_stopped(self) -> bool:
        return self.interrupts.happened or self.halt.order is not None

    def _check(self) -> None:
        """Raises where going on makes no sense: interrupted, or a part of ours is gone."""
        if self.interrupts.happened:
            raise Interrupted
        if order := self.halt.order:
            raise Aborted(order.in_words)
        for child in self.family.note_ends():
            over = child is self.load and child.code == 0 and self.zero is not None and self.elapsed >= self.setting.end
            if child.foreign:
                self.supervisor.ended()
            if child.foreign or over or (child is self.load and (self.supervisor.mourns or self._nobody_was_there())):
                continue  # a load that could reach nobody any more is none that failed
            how = f"{child.end_in_words()} before the drill was over{child.loss}"
            raise HarnessError(f"the {child.name} {how}{last_words(child)}")

    def _nobody_was_there(self) -> bool:
        """Whether the load says that it reached nobody, and the application is known to have gone."""
        self._read()
        return self.port.explains_the_load

    def _take_down(self) -> None:
        """Users first, then whoever they talked to; nobody is left hanging meanwhile."""
        self.watcher.step("stopping")
        heal(self.proxies)
        children = self.family.children
        self.family.stop(child for child in children if child is self.load)
        self.family.stop(child for child in children if child.foreign)
        self.family.stop(child for child in children if child is not self.load and not child.foreign)
        self._read()

    def _say(self, text: str) -> None:
        self._check()
        self.watcher.step(text)


_LOAD_READY = ("process", "ready", "load")
