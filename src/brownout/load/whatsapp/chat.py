"""One user's chat on WhatsApp: writing, waiting for the answer, and looking at what came meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from brownout.load.whatsapp.belonging import Book, Question
from brownout.load.whatsapp.phone import Heard, Phone

Tells = Callable[[str], bool]


@dataclass
class Look:
    """What came: ``answer`` to the question that waited, if it did; ``told`` is true where the application said that
    the channel ends; ``arrived`` are the canaries of questions that it answered.
    """

    answer: Heard | None = None
    told: bool = False
    arrived: list[str] = field(default_factory=list)


class Chat:
    """All that was written and read on one telephone. ``tells`` says of a text whether it tells of the channel's end.

    Every method raises ChannelDown where the stand-in does not do its work.
    """

    def __init__(self, phone: Phone, tells: Tells = lambda text: False) -> None:
        self._phone, self._tells = phone, tells
        self._book = Book()
        self._last = ""

    def write(self, content: Mapping[str, Any], mark: str | None, to: str = "business") -> Question:
        """Send a message; ``mark`` is the canary in it, if there is one."""
        question = Question(self._phone.write({**content, "to": to}), mark, to)
        self._book.ask(question)
        return question

    def look(self, marks: Collection[str]) -> Look:
        """What came since the last time."""
        return self._read(0.0, None, marks)

    def wait(self, question: Question, patience: float, marks: Collection[str]) -> Look:
        """The answer to a question, for at most ``patience`` seconds; ``marks`` is all that this user ever said."""
        end = time.monotonic() + patience
        seen = Look()
        while seen.answer is None:
            left = end - time.monotonic()
            came = self._read(left, question, marks)
            seen = Look(came.answer, seen.told or came.told, seen.arrived + came.arrived)
            if left <= 0:
                break
        return seen

    def count(self) -> dict[str, Any]:
        return self._book.count()

    def _read(self, wait: float, present: Question | None, marks: Collection[str]) -> Look:
        seen = Look()
        for message in self._phone.read(self._last, wait):
            self._last = message.id
            told = message.by == "bot" and self._tells(message.text)
            seen.told = seen.told or told
            waits = None if seen.answer is not None or (told and self._book.question_of(message) is None) else present
            question = self._book.take(message, waits, marks)
            if question is not None and message.by == "bot" and question.mark and self._book.question_of(message):
                seen.arrived.append(question.mark)
            if waits is not None and question is waits:
                seen.answer = message
        return seen
