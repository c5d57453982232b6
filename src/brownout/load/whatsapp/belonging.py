"""Which message on WhatsApp answers which: by what it quotes, else by the first canary in its text. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from brownout.calls import canary
from brownout.load.whatsapp.phone import Heard

KEPT = 1_000
"""Questions that are kept of one user: the latest ones."""


@dataclass
class Question:
    """What a user wrote: the message's id, the canary in its words, if there is one, and how often it was answered."""

    id: str
    mark: str | None
    to: str = "business"
    answers: int = 0


@dataclass
class Count:
    """Fields of the same names as in ``revisits.ChatRead``."""

    said: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    loose: int = 0
    turned_away: int = 0


class Book:
    """What one user wrote on WhatsApp, and what came of it."""

    def __init__(self) -> None:
        self._by_id: OrderedDict[str, Question] = OrderedDict()
        self._by_mark: dict[str, Question] = {}
        self._count = Count()

    def ask(self, question: Question) -> None:
        """The platform took it."""
        self._by_id[question.id] = question
        if question.mark is not None and question.to == "business":
            self._by_mark[question.mark] = question
            self._count.said.append(question.mark)
        while len(self._by_id) > KEPT:
            _, oldest = self._by_id.popitem(last=False)
            self._by_mark.pop(oldest.mark or "", None)

    def question_of(self, message: Heard, present: Question | None = None) -> Question | None:
        """The question that a message belongs to; ``present`` is the one that waits for its answer.

        Where that has no canary (a voice message), an answer can name none but earlier ones: it is the present one's
        then, unless that earlier one still has no answer.
        """
        if message.answers is not None and message.answers in self._by_id:
            return self._by_id[message.answers]
        named = self._by_mark.get(canary.find(message.text) or "")
        if present is not None and present.mark is None and present.to == "business":
            return named if named is not None and not named.answers else present
        return named

    def take(self, message: Heard, present: Question | None = None, said: Collection[str] = ()) -> Question | None:
        """Count a message, and give back the question that it answers: the ``present`` one where it names no other.

        ``said`` is all that this user ever said, on whichever channel.
        """
        question = self.question_of(message, present)
        if message.by == "meta_ai":
            return question
        asked = present if present is not None and present.to == "business" else None
        if message.by == "channel":
            self._count.turned_away += 1
            return question or asked
        if question is not None and question.to == "business":
            self._answered(question)
            return question
        self._count.loose += 1
        return None if canary.find(message.text) in said else asked

    def _answered(self, question: Question) -> None:
        question.answers += 1
        if question.mark is None:
            return
        if question.answers == 1:
            self._count.answered.append(question.mark)
        elif question.mark not in self._count.repeated:
            self._count.repeated.append(question.mark)

    def count(self) -> dict[str, Any]:
        """What was counted since the last time, by the names of ``revisits.ChatRead``; counting begins anew."""
        counted, self._count = self._count, Count()
        return vars(counted)
