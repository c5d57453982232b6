"""The load's side of a drill's protocol: say ready, wait for the start, count users and requests, end with a code."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

import gevent
import locust.log
from locust import events
from locust.env import Environment
from pydantic import ValidationError

from brownout.config.units import in_words
from brownout.events import Event, JourneyStep, Process, Users
from brownout.journal import PartJournal
from brownout.keys_in_play import KeysInPlay
from brownout.leaks import redact
from brownout.load.command import ORDERS
from brownout.load.crowd import Crowd
from brownout.mistakes import UNREACHED
from brownout.orders import LoadOrders, flaw
from brownout.pulse import TICK, Pulse
from brownout.verdict import ExitCode

_POLL = 0.02
_LONGEST = 2000
"""Letters of what goes wrong in the load that its log takes."""


def give_up(why: str) -> NoReturn:
    """End the process with one line: the load cannot do its work."""
    print(f"brownout load: {why}", file=sys.stderr, flush=True)  # noqa: T201  # whoever started it reads this
    sys.exit(ExitCode.HARNESS)


def read_orders() -> LoadOrders:
    """The orders named in the environment; without them the process ends."""
    path = os.environ.get(ORDERS)
    if not path:
        give_up(f"{ORDERS} is not set; it names the orders file, which 'brownout run' writes")
    try:
        return LoadOrders.model_validate_json(Path(path).read_bytes())
    except OSError as error:
        give_up(f"{ORDERS}: cannot read {path}: {error.strerror}")
    except ValidationError as error:
        give_up(f"{ORDERS}: {path} does not hold orders: {flaw(error)}")


class _FirstErrors(logging.Handler):
    """What Locust reports as an error, one line each and not without end: else its console is silent."""

    def __init__(self, keys: KeysInPlay | None, most: int = 5) -> None:
        super().__init__(logging.ERROR)
        self._keys, self._left = keys, most

    def emit(self, record: logging.LogRecord) -> None:
        if self._left > 0:
            self._left -= 1
            lines = record.getMessage().strip().splitlines() or [""]
            words = redact(" … ".join(dict.fromkeys((lines[0], lines[-1]))), _LONGEST, known=self._keys)
            print(f"brownout load: {words}", file=sys.stderr, flush=True)  # noqa: T201


class Stage:
    """What all users of one process share: the orders, the journal, the time, and who is awake."""

    def __init__(self, orders: LoadOrders) -> None:
        self.orders = orders
        self.keys = KeysInPlay(orders.keys.path, orders.keys.secret) if orders.keys else None
        load = orders.profile.load
        self.crowd = Crowd(orders.users, load.surge, load.arrive, orders.phases)
        self.awake: set[int] = set()
        self.interrupted = False
        self._zero = 0.0
        self._journal: PartJournal | None = None
        self._steps = 0
        self._unreachable = 0
        self._last_words = ""
        self._flaw = ""
        self._parent = os.getppid()

    def attach(self) -> None:
        """Listen to Locust. Its console shows nothing but errors."""
        logging.getLogger().addHandler(_FirstErrors(self.keys))
        events.init.add_listener(self._on_init)
        events.test_start.add_listener(self._on_test_start)
        events.user_error.add_listener(self._on_user_error)
        events.quitting.add_listener(self._on_quitting)

    def now(self) -> float:
        """Drill seconds since the timeline's start; negative before it."""
        return time.monotonic() - self._zero

    def over(self) -> bool:
        """Whether no new step should begin."""
        return self.interrupted or self.now() >= self.crowd.end

    def pause(self, seconds: float) -> None:
        """Do nothing for so long, or until the timeline is over."""
        gevent.sleep(max(0.0, min(seconds, self.crowd.end - self.now())))

    def write(self, event: Event) -> None:
        """Record one event, and count what says whether the application could be reached at all."""
        if isinstance(event, JourneyStep):
            self._steps += 1
            if event.outcome == "unreachable":
                self._unreachable += 1
                self._last_words = event.detail
        if self._journal is not None:
            self._journal.write(event)

    def await_stay(self, place: int) -> bool:
        """Wait until the user at this place is to be there; False when that is no more."""
        while not self.over():
            at = self.now()
            when = self.crowd.next_stay(place, at)
            if when is not None and when <= at:
                self.awake.add(place)
                return True
            self.awake.discard(place)
            self.pause((self.crowd.end if when is None else when) - at)
        self.awake.discard(place)
        return False

    def _on_init(self, environment: Environment, **_: Any) -> None:
        gevent.get_hub().loop.update_now()  # it was read at import, and timers set now would count from then
        for number in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(number, self._interrupt, environment)
        scrub = self.keys.scrubbed if self.keys else None
        self._journal = PartJournal(self.orders.journal, f"load-{os.getpid()}", scrub)
        self.write(Process("load", "ready"))
        self._zero = self._wait_for_start()

    def _wait_for_start(self) -> float:
        until = time.monotonic() + self.orders.go_within
        while time.monotonic() < until:
            if self.interrupted:
                self._leave(ExitCode.INTERRUPTED, "interrupted before the start")
                sys.exit(ExitCode.INTERRUPTED)
            try:
                return float(self.orders.go.read_text(encoding="ascii"))
            except (OSError, ValueError):  # not there yet, or not yet written
                gevent.sleep(_POLL)
        why = f"no start signal in {self.orders.go} within {in_words(self.orders.go_within)}"
        self._leave(ExitCode.HARNESS, why)
        give_up(why)

    def _on_test_start(self, environment: Environment, **_: Any) -> None:
        gevent.spawn(self._count_users, environment)
        gevent.spawn(self._beat)

    def _count_users(self, environment: Environment) -> None:
        gevent.sleep(max(0.0, -self.now()))
        while self._journal is not None:
            runner = environment.runner
            own = self.orders.profile.locustfile is not None
            self.write(Users(users=runner.user_count if own and runner is not None else len(self.awake)))
            if os.getppid() != self._parent:
                self._interrupt(environment)  # whoever started us is gone, and nobody will read the rest
            gevent.sleep(round(self.now()) + 1.0 - self.now())

    def _beat(self) -> None:
        if self._journal is None:
            return
        beats = Pulse("load", self._journal)
        while self._journal is not None:
            gevent.sleep(TICK)
            if self._journal is not None:
                beats.beat()

    def _interrupt(self, environment: Environment) -> None:
        self.interrupted = True
        environment.stop_timeout = 0
        runner = environment.runner
        if runner is not None:
            runner.user_greenlets.kill(block=False)
            if runner.shape_greenlet is not None:
                runner.shape_greenlet.kill(block=False)

    def _on_user_error(self, exception: BaseException, **_: Any) -> None:
        if self.orders.profile.locustfile is None:
            self._flaw = self._flaw or f"{type(exception).__name__}: {exception}"

    def _on_quitting(self, environment: Environment, **_: Any) -> None:
        code, why = self._result()
        environment.process_exit_code = code
        self._leave(code, why)
        if code == ExitCode.HARNESS:
            words = redact(why, _LONGEST, known=self.keys)
            print(f"brownout load: {words}", file=sys.stderr, flush=True)  # noqa: T201

    def _result(self) -> tuple[int, str]:
        if self.interrupted:
            return ExitCode.INTERRUPTED, "interrupted"
        if locust.log.unhandled_greenlet_exception:
            self._flaw = self._flaw or "an exception in Locust, see above"
        if self._flaw:
            return ExitCode.HARNESS, f"the load itself failed: {self._flaw}"
        if not self._steps:
            return ExitCode.HARNESS, "no user made a request before the timeline was over"
        if self._unreachable == self._steps:
            where = self.orders.app_url
            return (
                ExitCode.HARNESS,
                f"{UNREACHED} at {where} ({self._last_words}); is it running?",
            )
        return ExitCode.HELD, ""

    def _leave(self, code: int, why: str) -> None:
        if self._journal is not None:
            self.write(Process("load", "exited", code, why))
            self._journal.close()
            self._journal = None
