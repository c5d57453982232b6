"""Who plays what, and what is known of the iteration so far: what its turns and its looks share."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from brownout.calls import canary
from brownout.events import JourneyStep
from brownout.journal import Writer
from brownout.keys_in_play import KeysInPlay
from brownout.load.patterns import search
from brownout.load.reading import Received
from brownout.load.shown_reply import ShownReply
from brownout.load.templates import render
from brownout.profile import Journey, Step

KEPT = 200
"""Messages of a conversation that are held against what the application shows: the latest ones."""


@dataclass(frozen=True)
class Outgoing:
    """One request, filled in. ``path`` may be a whole URL."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """All that it says, piece by piece."""
        return (self.path, *self.headers.values(), (self.body or b"").decode("utf-8", "replace"))

    def holds(self, text: str) -> bool:
        """Whether the text is somewhere in it."""
        return any(text in part for part in self.texts)


def key_of(mark: str) -> str:
    """What a front end would make once for a turn and send with each attempt: a UUID, in which no canary shows."""
    return str(UUID(bytes=hashlib.blake2b(mark.encode(), digest_size=16).digest(), version=4))


class Browser(Protocol):
    """What a user reaches the application with."""

    def send(self, outgoing: Outgoing, reply: ShownReply, patience: float) -> Received:
        """Send it and feed the reply, for at most ``patience`` seconds. Never raises for what the application does."""

    def cookies(self, url: str) -> str:
        """What it sends as ``Cookie`` to a URL; empty where it has none for it."""

    def pause(self, seconds: float) -> None:
        """Do nothing for so long, or until the timeline is over."""


@dataclass(frozen=True)
class Part:
    """What a user plays: a journey, with all that is the same for each of its users. ``patience`` in seconds.

    ``place`` is that of the journey among the profile's; ``folder`` is where its files are; ``trace``: each request
    has a trace and baggage of its own. ``keys`` knows those that are in use in this drill.
    """

    name: str
    journey: Journey
    seed: int
    patience: float
    address: str
    sentinel: bool = True
    extra: Mapping[str, str] = field(default_factory=dict)
    place: int = 0
    folder: Path = Path()
    trace: bool = True
    keys: KeysInPlay | None = None

    def turns(self) -> Iterator[tuple[Step, int]]:
        """Steps in order, each as often as it repeats, with numbers that count through the whole iteration."""
        turn = 0
        for step in self.journey.steps:
            for _ in range(step.repeat):
                yield step, turn
                turn += 1

    def tells_of_the_end(self, text: str) -> bool:
        """Whether a message tells the user that the channel ends, and where to go on."""
        notice = self.journey.notice
        return notice is not None and search(notice, text) is not None


@dataclass
class Conversation:
    """What belongs together, by canary, oldest first: what was said, and which of it got a whole answer.

    ``repeated`` is how often something was said once more by a user who had been told what became of it before.
    """

    posted: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    repeated: Counter[str] = field(default_factory=Counter)

    def post(self, mark: str) -> None:
        """The user said something with this canary."""
        self.posted.append(mark)
        del self.posted[:-KEPT]

    def answer(self, mark: str) -> None:
        """The message with this canary got a whole answer."""
        self.answered.append(mark)
        del self.answered[:-KEPT]

    def accepted(self, known: Collection[str]) -> list[str]:
        """What was said and accepted, where ``known`` is all that ever was."""
        return [mark for mark in self.posted if mark in known]


@dataclass
class Person:
    """One user across iterations: a number from 0 within the journey, and every canary ever said under that number.

    ``accepted`` are those of which the user knows that they arrived.
    """

    number: int
    marks: set[str] = field(default_factory=set)
    iteration: int = 0
    accepted: set[str] = field(default_factory=set)
    conversation: Conversation = field(default_factory=Conversation)


class Scene:
    """One iteration. ``posted`` is what was said in it to the application, ``conversation`` what that belongs to.

    ``own_names`` are what the channels add to the names that templates know. ``waiting`` is the step that said the
    words of a question whose answer a later step reads. ``attempt`` is how often the present turn was sent before.
    """

    def __init__(
        self, part: Part, person: Person, browser: Browser, journal: Writer, own_names: Mapping[str, str]
    ) -> None:
        self.part, self.person, self.browser, self.journal = part, person, browser, journal
        self._own_names = own_names
        self.from_answers: dict[str, Any] = {}
        self.waiting: JourneyStep | None = None
        self.attempt = 0
        self.posted: list[str] = []
        if part.journey.conversation == "iteration":
            person.conversation = Conversation()
        self.conversation = person.conversation

    @property
    def who(self) -> dict[str, Any]:
        """What every row of this iteration says of its user."""
        return {"journey": self.part.name, "user": self.person.number, "iteration": self.person.iteration}

    @property
    def accepted(self) -> list[str]:
        """What was said in this conversation, and is known to have arrived."""
        return self.conversation.accepted(self.person.accepted)

    def mark(self, turn: int) -> str:
        """The canary in what the user says in a turn."""
        return canary.make(self.part.seed, self.part.name, self.person.number, self.person.iteration, turn)

    def post(self, mark: str) -> None:
        """The user says something to the application; what is sent again has been said already."""
        if mark in self.person.marks:
            return
        self.person.marks.add(mark)
        self.posted.append(mark)
        self.conversation.post(mark)

    def names(self, turn: int, mark: str) -> dict[str, Any]:
        """What templates know. Raises ValueError where the message itself cannot be filled in."""
        names = {
            **self.part.extra,
            "attempt": self.attempt,
            "key": key_of(mark),
            **self.from_answers,
            **self._own_names,
            "journey": self.part.name,
            "user": self.person.number,
            "iteration": self.person.iteration,
            "turn": turn,
            "canary": mark,
        }
        return {**names, "message": render(self.part.journey.message, names)}
