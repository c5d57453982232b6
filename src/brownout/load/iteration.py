"""One user once through a journey: the steps in order, turn by turn, then a look at the history."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from brownout import canary
from brownout.events import EffectsRead, HistoryRead, JourneyStep
from brownout.journal import Writer
from brownout.load.effects import causes_in, effects_of
from brownout.load.history import Asked, Comparison, Message, compare, messages_in
from brownout.load.leaks import redact
from brownout.load.reading import Reading, Received, judge
from brownout.load.recall import Recall, recall
from brownout.load.reply import Reply, find
from brownout.load.templates import render
from brownout.profile import Effects, History, Journey, Step

GAVE_UP = frozenset(("hung", "unreachable"))


@dataclass(frozen=True)
class Outgoing:
    """One request, filled in. ``path`` may be a whole URL."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None = None

    def holds(self, text: str) -> bool:
        """Whether the text is somewhere in it."""
        parts = (self.path, *self.headers.values(), (self.body or b"").decode("utf-8", "replace"))
        return any(text in part for part in parts)


class Browser(Protocol):
    """What a user reaches the application with."""

    def send(self, outgoing: Outgoing, reply: Reply, patience: float) -> Received:
        """Send it and feed the reply, for at most ``patience`` seconds. Never raises for what the application does."""

    def pause(self, seconds: float) -> None:
        """Do nothing for so long, or until the timeline is over."""


@dataclass(frozen=True)
class Part:
    """What a user plays: a journey, with all that is the same for each of its users. ``patience`` in seconds."""

    name: str
    journey: Journey
    seed: int
    patience: float
    address: str
    sentinel: bool = True
    extra: Mapping[str, str] = field(default_factory=dict)

    def turns(self) -> Iterator[tuple[Step, int]]:
        """Steps in order, each as often as it repeats, with numbers that count through the whole iteration."""
        turn = 0
        for step in self.journey.steps:
            for _ in range(step.repeat):
                yield step, turn
                turn += 1


@dataclass
class Person:
    """One user across iterations: a number from 0 within the journey, and every canary ever said under that number."""

    number: int
    said: set[str] = field(default_factory=set)
    iteration: int = 0


class Iteration:
    """Plays a part once. Once the timeline is ``over`` no new step begins, but the history is still read."""

    def __init__(self, part: Part, person: Person, browser: Browser, journal: Writer, over: Callable[[], bool]) -> None:
        self._part = part
        self._person = person
        self._browser = browser
        self._journal = journal
        self._over = over
        self._kept: dict[str, Any] = {}
        self._posted: list[str] = []
        self._acknowledged: list[str] = []
        self._answered: list[str] = []

    def run(self) -> None:
        """All of it."""
        given_up: Step | None = None
        for step, turn in self._part.turns():
            if step is given_up:
                continue
            if step.think and not self._over():
                self._browser.pause(step.think)
            if self._over():
                break
            row = self._take(step, turn)
            if row.status is None and row.outcome == "error":
                break  # it could not even be asked, so neither can what follows
            if row.outcome in GAVE_UP:
                given_up = step
        if self._part.journey.history is not None:
            self._read_history()
        if self._part.journey.effects is not None and self._posted:
            self._read_effects(self._part.journey.effects)

    def _names(self, turn: int, mark: str) -> dict[str, Any]:
        names = {
            **self._part.extra,
            **self._kept,
            "journey": self._part.name,
            "user": self._person.number,
            "iteration": self._person.iteration,
            "turn": turn,
            "canary": mark,
        }
        return {**names, "message": render(self._part.journey.message, names)}

    def _fill_in(self, step: Step, names: Mapping[str, Any]) -> Outgoing:
        method, path = step.request
        headers = {"Accept": "text/event-stream" if step.reply and step.reply.sse else "application/json, */*;q=0.5"}
        body = None
        if step.json_ is not None:
            body = json.dumps(render(step.json_, names), ensure_ascii=False).encode("utf-8", "replace")
            headers["Content-Type"] = "application/json"
        headers |= {str(name): str(value) for name, value in render(step.headers, names).items()}
        return Outgoing(method, str(render(path, names)), headers, body)

    def _take(self, step: Step, turn: int) -> JourneyStep:
        mark = canary.make(self._part.seed, self._part.name, self._person.number, self._person.iteration, turn)
        began = time.monotonic()
        try:
            names = self._names(turn, mark)
            outgoing = self._fill_in(step, names)
        except ValueError as error:
            row = self._not_asked(step, turn, mark, began, str(error))
            self._journal.write(row)
            return row
        carries = outgoing.holds(mark)
        if carries:
            self._person.said.add(mark)
            self._posted.append(mark)
        reply = Reply(step.reply)
        received = self._browser.send(outgoing, reply, self._part.patience)
        reply.close()
        hide = (names["message"], json.dumps(names["message"])[1:-1], self._part.address)
        reading = judge(received, reply, sentinel=self._part.sentinel, now=time.time(), hide=hide)
        if received.accepted:
            self._keep(step, reply.document)
            self._acknowledged += [mark] if carries else []
        known = self._recall(reading, reply, mark if carries else None)
        row = self._row(step, turn, mark if carries else None, began, received, reading, reply)
        row = replace(row, **vars(known))
        self._journal.write(row)
        return row

    def _recall(self, reading: Reading, reply: Reply, mark: str | None) -> Recall:
        """What a whole answer knows; from then on its question belongs to the conversation."""
        if reading.outcome != "ok" or reply.read is None or not self._part.sentinel:
            return Recall()
        known = recall(reply.text, self._answered, self._person.said)
        self._answered += [mark] if mark is not None else []
        return known

    def _keep(self, step: Step, document: Any) -> None:
        for name, expression in step.keep.items():
            value = find(expression, document)
            if value is not None:
                self._kept[name] = value

    def _row(
        self, step: Step, turn: int, mark: str | None, began: float, received: Received, reading: Reading, reply: Reply
    ) -> JourneyStep:
        return JourneyStep(
            t=began,
            journey=self._part.name,
            user=self._person.number,
            iteration=self._person.iteration,
            turn=turn,
            step=step.name,
            canary=mark,
            asks=step.reply is not None,
            outcome=reading.outcome,
            status=received.status,
            first_token=received.first_text,
            duration=received.duration,
            streamed=reply.streamed,
            bytes=len(reply.body),
            digest=reading.digest,
            leaks=reading.leaks,
            acknowledged=received.accepted and mark is not None,
            retry_after=reading.retry_after,
            detail=reading.detail,
        )

    def _not_asked(self, step: Step, turn: int, mark: str, began: float, why: str) -> JourneyStep:
        received = Received("cut", duration=0.0)
        reading = Reading("error", [], redact(f"could not be asked, for want of an earlier step's answer: {why}"))
        return self._row(step, turn, mark, began, received, reading, Reply(step.reply))

    def _read_history(self) -> None:
        history = self._part.journey.history
        assert history is not None
        began = time.monotonic()
        try:
            status, messages, why = self._shown(history)
        except ValueError as error:
            if self._acknowledged:  # else there is no conversation to read
                self._write_history(began, None, None, f"nowhere to read it: {error}")
            return
        late: list[str] = []
        if history.again is not None and messages is not None:
            late = self._look_again(history, self._compare(messages).missing)
        self._write_history(began, status, messages, why, late)

    def _shown(self, history: History) -> tuple[int | None, list[Message] | None, str]:
        """The conversation as it is shown now; why it is not, where it is not. Raises ValueError as ``_look``."""
        received, reply = self._look(history.get, history.headers)
        messages = messages_in(reply.document, history) if received.accepted and received.ending == "whole" else None
        words = received.why or f"HTTP {received.status}: {reply.body.decode('utf-8', 'replace')}"
        return received.status, messages, "" if messages is not None else words

    def _look(self, get: str, own_headers: Mapping[str, str]) -> tuple[Received, Reply]:
        """Reads something of this user's again. Raises ValueError where an earlier step's answer is needed for it."""
        names = self._names(len(self._posted), self._posted[-1] if self._posted else "")
        headers = {"Accept": "application/json", **render(own_headers, names)}
        reply = Reply(None)
        received = self._browser.send(Outgoing("GET", str(render(get, names)), headers), reply, self._part.patience)
        reply.close()
        return received, reply

    def _read_effects(self, effects: Effects) -> None:
        began, status, causes = time.monotonic(), None, None
        try:
            received, reply = self._look(effects.get, effects.headers)
            status, words = received.status, received.why or f"HTTP {received.status}"
            causes = causes_in(reply.document, effects) if received.accepted and received.ending == "whole" else None
        except ValueError as error:
            words = f"nowhere to read them: {error}"
        counts = effects_of(causes or (), self._posted)
        self._journal.write(
            EffectsRead(
                t=began,
                journey=self._part.name,
                user=self._person.number,
                iteration=self._person.iteration,
                readable=causes is not None,
                made=counts.total(),
                duplicated=[mark for mark, times in counts.items() if times > 1],
                status=status,
                detail="" if causes is not None else redact(words, hide=(self._part.address,)),
            )
        )

    def _look_again(self, history: History, missing: list[str]) -> list[str]:
        """Of what is missing, what is there a while later."""
        if not missing or history.again is None:
            return []
        self._browser.pause(history.again)
        messages = self._shown(history)[1]
        if messages is None:
            return []
        still = self._compare(messages).missing
        return [mark for mark in missing if mark not in still]

    def _compare(self, messages: list[Message]) -> Comparison:
        asked = Asked(self._posted, self._acknowledged, self._person.said)
        return compare(asked, messages, sentinel=self._part.sentinel, hide=(self._part.address,))

    def _write_history(
        self, began: float, status: int | None, messages: list[Message] | None, why: str, late: Sequence[str] = ()
    ) -> None:
        comparison = self._compare(messages) if messages is not None else None
        self._journal.write(
            HistoryRead(
                t=began,
                journey=self._part.name,
                user=self._person.number,
                iteration=self._person.iteration,
                readable=comparison is not None,
                acknowledged=len(self._acknowledged),
                status=status,
                late=list(late),
                detail=redact(why, hide=(self._part.address,)),
                **(vars(comparison) if comparison is not None else {"found": 0}),
            )
        )
