"""Comparing a stored conversation with what its user was told had been accepted. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from brownout.calls import canary
from brownout.calls.canary import SENTINEL
from brownout.leaks import ERRORS, leaks_in
from brownout.load.reading import apology
from brownout.load.shown_reply import as_text, find
from brownout.profile import History

USER_ROLES = frozenset(("user", "human", "customer", "client", "me"))
ASSISTANT_ROLES = frozenset(("assistant", "ai", "bot", "model", "agent"))


@dataclass(frozen=True)
class Message:
    """One stored message; ``text`` is empty where the application stored none.

    ``incomplete``: the application says itself that it broke off, or failed.
    """

    role: str
    text: str
    incomplete: bool = False


@dataclass(frozen=True)
class Asked:
    """What one user said in one iteration, by canary, in order; ``ever`` is all of this user's, of any iteration.

    ``repeated`` is how often the user said it once more, having been told what became of it: so often more it may be
    there. What is sent again because nothing came back is the same message still, and is there once.
    """

    posted: Sequence[str]
    acknowledged: Sequence[str]
    ever: Collection[str]
    repeated: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Comparison:
    """Fields of the same names as in ``events.HistoryRead``."""

    found: int
    missing: list[str]
    duplicated: list[str]
    reordered: list[str]
    foreign: list[str]
    half: list[str]
    errors: list[str]
    stale: list[str] = field(default_factory=list)
    unkept: list[str] = field(default_factory=list)


def messages_in(document: Any, history: History) -> list[Message] | None:
    """The messages of a history's JSON, oldest first; None where the profile's expression finds no list."""
    shown = find(history.messages, document)
    if not isinstance(shown, list):
        return None
    return [
        Message(
            as_text(find(history.role, item)).strip().lower(),
            as_text(find(history.text, item)),
            bool(history.incomplete and find(history.incomplete, item)),
        )
        for item in shown
    ]


def compare(asked: Asked, messages: Sequence[Message], *, sentinel: bool, hide: tuple[str, ...] = ()) -> Comparison:
    """What is missing, double, out of order, another user's, half, or an error stored as an answer."""
    shown = [mark for m in messages if m.role in USER_ROLES for mark in dict.fromkeys(canary.find_all(m.text))]
    counts = Counter(shown)
    accepted = set(asked.acknowledged)
    order = [mark for mark in dict.fromkeys(shown) if mark in accepted]
    half, errors = _bad_answers(asked, messages, sentinel, hide)
    everything = dict.fromkeys(mark for m in messages for mark in canary.find_all(m.text))
    return Comparison(
        found=len(order),
        missing=[mark for mark in asked.acknowledged if mark not in counts],
        duplicated=[mark for mark in dict.fromkeys(asked.posted) if counts[mark] > 1 + asked.repeated.get(mark, 0)],
        reordered=_moved(order, asked.acknowledged),
        foreign=[mark for mark in everything if mark not in asked.ever],
        half=half,
        errors=errors,
        stale=_end_missing(asked.acknowledged, counts),
        unkept=[mark for mark in asked.posted if mark not in counts and mark not in accepted],
    )


def _end_missing(acknowledged: Sequence[str], shown: Collection[str]) -> list[str]:
    """The newest messages, where they are not shown and older ones are."""
    places = [place for place, mark in enumerate(acknowledged) if mark in shown]
    return list(acknowledged[places[-1] + 1 :]) if places else []


def _bad_answers(
    asked: Asked, messages: Sequence[Message], sentinel: bool, hide: tuple[str, ...]
) -> tuple[list[str], list[str]]:
    half: list[str] = []
    errors: list[str] = []
    question: str | None = None
    for message in messages:
        if message.role in USER_ROLES:
            question = canary.find(message.text)
        text = message.text.strip()
        if message.role not in ASSISTANT_ROLES or question not in asked.posted or not text or message.incomplete:
            continue
        assert question is not None
        if sentinel and SENTINEL in text:
            continue
        if ERRORS.intersection(leaks_in(text, hide)):
            errors.append(question)
        elif sentinel and apology(text) is None:
            half.append(question)
    return half, errors


def _moved(order: Sequence[str], acknowledged: Sequence[str]) -> list[str]:
    """The fewest messages that must have moved to get this order: all but a longest one that is still in order."""
    rank = {mark: position for position, mark in enumerate(acknowledged)}
    ends: list[int] = []  # rank that ends the best chain of each length
    chain_of: list[tuple[str, int]] = []
    for mark in order:
        length = bisect_left(ends, rank[mark])
        ends[length : length + 1] = [rank[mark]]
        chain_of.append((mark, length))
    in_order: set[str] = set()
    wanted = len(ends) - 1
    limit = len(acknowledged)
    for mark, length in reversed(chain_of):
        if length == wanted and rank[mark] < limit:
            in_order.add(mark)
            wanted, limit = wanted - 1, rank[mark]
    return [mark for mark in order if mark not in in_order]
