"""A trial on a good day: the application is started before the stand-in, and asked until its answer is understood.

It is led to the proxy by base URLs and by HTTPS_PROXY at once. Which of the two its calls took, the proxy says; and
what honours either reaches no real platform, whatever it does by itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from brownout.drill.application import Application, answers
from brownout.drill.by_hand import BRISK, ByHand, ByHandOptions, by_hand
from brownout.drill.ending import Interrupted
from brownout.drill.environment import variables
from brownout.drill.parts import Proxy, reach_of
from brownout.drill.processes import Child, last_words, wait_until
from brownout.errors import HarnessError
from brownout.library.library import load_scenario
from brownout.scaffold import openapi, probe
from brownout.scaffold.draft import Draft
from brownout.scaffold.listening import Listening
from brownout.scaffold.probe import Came
from brownout.scaffold.request import Request

_LATE = 3.0
"""Seconds in which a call that the application has finished is on record."""
_READY = ("/", "/healthz", "/health", openapi.PATH, "/docs")
"""Pages by which it is seen to be up; the first that answers is written down."""
_TAKEN = re.compile(r"EADDRINUSE|address already in use|port \d+ is (?:already )?in use", re.IGNORECASE)

Say = Callable[[str], None]


class DidNotStart(Exception):
    """The application could not be started as the draft says; the text says why."""


@dataclass(frozen=True)
class Seen:
    """What a trial showed: the draft, corrected, the services that were called, and answers, the most telling first."""

    draft: Draft
    calls: tuple[str, ...] = ()
    answers: tuple[Came, ...] = ()

    @property
    def works(self) -> bool:
        """Whether a question went to a platform, and its answer was understood."""
        return self.draft.seen and bool(self.calls)


def tried(draft: Draft, requests: tuple[Request, ...], file: Path, say: Say) -> Seen:
    """Start it, and ask one way after the other: as it describes itself, then by ``requests``.

    Without ``requests`` the one of the draft is certain, and the only one. ``file`` is where the profile stands.
    Raises DidNotStart, Interrupted, and HarnessError where a part of ours fails.
    """
    options = ByHandOptions(load_scenario("baseline"), 0, 1.0, pace=BRISK)
    with by_hand(options) as at:
        proxy = at.start()
        if proxy is None:
            raise Interrupted
        at.begin(proxy.control)
        trial = _Trial(at, file, say)
        started, child = trial.start(draft, proxy)
        described = openapi.requests_in(probe.document_at(trial.url, openapi.PATH)) if requests else (draft.request,)
        came = probe.ask_all(trial.url, (*described, *requests), lambda last: trial.enough(child, last))
        trial.go_on()
        return trial.seen(started, came)


class _Trial:
    """One start of the application beside the proxy."""

    def __init__(self, at: ByHand, file: Path, say: Say) -> None:
        self.url = ""
        self._at, self._file, self._say = at, file, say
        self._calls: dict[str, str] = {}
        self._canaries: set[str] = set()

    @property
    def stopped(self) -> bool:
        """Whether the user wants no more of it."""
        return self._at.interrupts.happened

    def go_on(self) -> None:
        """Raises Interrupted where the user wants no more of it."""
        if self.stopped:
            raise Interrupted

    def start(self, draft: Draft, proxy: Proxy) -> tuple[Draft, Child]:
        """The draft with the port and the page that were there once it was up. Raises DidNotStart and Interrupted."""
        reach = reach_of(proxy, self._at.folder / "ca.pem", dict(os.environ), self._at.scenario.catalogue)
        both = replace(draft, connect="base_url", env={**variables("intercept", reach), **draft.env})
        application = Application(both.profile(self._file), self._at.folder / "app")
        try:
            application.require_sound(lambda: self.stopped)
            application.start(self._at.parts.family, reach)
        except HarnessError as error:
            raise DidNotStart(str(error)) from None
        assert application.child is not None
        return self._await(draft, application, application.child), application.child

    def _await(self, draft: Draft, application: Application, child: Child) -> Draft:
        assert draft.start is not None
        self._say(f"starting it: {draft.start.in_words}")
        patience, place = draft.start.patience, Listening(application.port)
        wait_until(lambda: child.code is not None or place.look(child), patience, lambda: self.stopped)
        self.go_on()
        if child.code is not None:
            raise DidNotStart(f"it {child.end_in_words()}{_taken(child)}{last_words(child)}")
        if place.port is None:
            raise DidNotStart(f"it listened on no port within {patience:g}s{last_words(child)}")
        url = draft.url if place.port == application.port else f"http://127.0.0.1:{place.port}"
        self.url = url or application.url
        ready = wait_until(
            lambda: child.code is not None or next(_answering(self.url), None), patience, lambda: self.stopped
        )
        self.go_on()
        if not isinstance(ready, str):
            raise DidNotStart(f"it listens at {self.url}, but no page of it answers below 500{last_words(child)}")
        self._say(f"it is up at {self.url}")
        return replace(draft, url=url, ready=ready)

    def enough(self, child: Child, last: Came | None) -> bool:
        """Whether asking in other ways makes no sense: the last question was taken, and went to a platform."""
        reached = last is not None and last.taken and self._called() and last.canary in self._canaries
        return self.stopped or child.code is not None or reached

    def seen(self, draft: Draft, came: list[Came]) -> Seen:
        """What all this shows, the calls that the proxy saw among it."""
        wait_until(self._called, _LATE if came else 0.0, lambda: self.stopped)
        came.sort(key=lambda each: (each.reply is None, each.canary not in self._canaries, not each.taken))
        reply = came[0].reply if came else None
        if reply is not None:
            draft = replace(draft, reply=reply, seen=True)
        if came and (reply is not None or came[0].canary in self._canaries):
            draft = replace(draft, request=came[0].request)
        if self._calls:
            draft = replace(draft, connect="intercept" if "intercept" in self._calls.values() else "base_url")
        return Seen(draft, tuple(self._calls), tuple(came))

    def _called(self) -> bool:
        self._at.show_rows(self._take)
        return bool(self._calls)

    def _take(self, row: dict[str, Any]) -> None:
        if row["kind"] == "exchange" and row["form"] in ("call", "websocket"):
            self._calls[str(row["service"])] = str(row["via"])
            self._canaries |= {str(row["canary"])}


def _taken(child: Child) -> str:
    """What to do where another program has the port that it wants."""
    return "; its port is taken: stop the other program" if _TAKEN.search(child.tail(40)) else ""


def _answering(url: str) -> Iterator[str]:
    return (path for path in _READY if answers(f"{url}{path}"))
