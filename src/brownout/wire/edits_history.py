"""Changes to histories that a platform reads out: lists of items that lose, repeat, mix up or hold back some. Pure.

A list is what OpenAI calls one (https://platform.openai.com/docs/api-reference/conversations/list-items): items under
``data``, with the ids of the first and the last; or the ``activities`` of Direct Line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from brownout import chance
from brownout.calls import canary
from brownout.calls.histories import Seen
from brownout.wire.edits import OfBodies, rewritten

Item = dict[str, Any]
Edge = Literal["oldest", "newest"]
Order = Literal["shuffled", "reversed"]
LISTS = ("data", "activities")
_PREFIX = re.compile(r"[A-Za-z]+[_-]")
_WORDS = ("text", "content", "value", "refusal")


def luck(salt: str, item: Item) -> float:
    """A number in [0, 1) that is an item's own: the same whenever it is read."""
    return chance.unit(f"{salt}|{item.get('id')}", 0)


def texts_of(value: Any) -> Iterator[str]:
    """What was said in an item: the strings in its content, its output or its choices."""
    if isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key in _WORDS and isinstance(inner, str):
                yield inner
            elif key != "metadata":
                yield from texts_of(inner)


def retold(value: Any, text: str) -> Any:
    """An item in which everything that was said is this text."""
    if isinstance(value, list):
        return [retold(item, text) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: text if key in _WORDS and isinstance(inner, str) else inner if key == "metadata" else retold(inner, text)
        for key, inner in value.items()
    }


def renamed(item: Item, salt: str) -> Item:
    """An item under another id of the same form; one without an id stays as it is."""
    id = item.get("id")
    if not isinstance(id, str):
        return item
    prefix = _PREFIX.match(id)
    digest = hashlib.blake2b(f"{salt}|{id}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return {**item, "id": f"{prefix.group() if prefix else ''}{digest}"}


class _OfLists(OfBodies):
    """Base: a plain body's list is changed, a stream stays as it is."""

    def body(self, data: bytes) -> bytes:
        """A JSON text whose list, or whose one item, is changed."""
        return rewritten(data, self._value)

    def _value(self, value: Any) -> Any:
        if not isinstance(value, dict) or (value.get("error") and value.get("object") is None):
            return value
        key = next((key for key in LISTS if isinstance(value.get(key), list)), None)
        if key is None:
            return self.single(value)
        if not all(isinstance(item, dict) for item in value[key]):
            return value
        return _with(value, key, self.items(value[key], bool(value.get("has_more"))))

    def items(self, items: list[Item], more: bool) -> list[Item]:
        """The items of one page, changed; ``more``: the platform has another page."""
        return items

    def single(self, item: Item) -> Item:
        """One item that was read by itself."""
        return item


def _with(page: Item, key: str, items: list[Item]) -> Item:
    """A page of these items. An emptied one still leads on to the next."""
    ends = {"first_id": items[0].get("id"), "last_id": items[-1].get("id")} if items else {}
    return {**page, **{name: id for name, id in ends.items() if name in page}, key: items}


@dataclass(frozen=True, slots=True)
class LoseSome(_OfLists):
    """Some items are not there, each with a probability, and always the same ones."""

    salt: str
    each: float

    def items(self, items: list[Item], more: bool) -> list[Item]:
        """The items that no luck of theirs takes away."""
        return [item for item in items if luck(self.salt, item) >= self.each]


@dataclass(frozen=True, slots=True)
class LoseEnd(_OfLists):
    """The ``count`` oldest or newest items of the whole list are not there.

    ``newest_first`` is how the pages are ordered; ``opening``, whether this is the first of them.
    """

    count: int
    end: Edge
    newest_first: bool
    opening: bool

    def items(self, items: list[Item], more: bool) -> list[Item]:
        """Those that are left of this page."""
        if (self.end == "newest") == self.newest_first:
            return items[self.count :] if self.opening else items
        return items if more else items[: max(0, len(items) - self.count)]


@dataclass(frozen=True, slots=True)
class Shuffle(_OfLists):
    """Items come in another order, which is always the same."""

    salt: str
    order: Order

    def items(self, items: list[Item], more: bool) -> list[Item]:
        """All items in the other order, which differs from the platform's."""
        if self.order == "reversed":
            return items[::-1]
        shuffled = sorted(items, key=lambda item: luck(self.salt, item))
        return shuffled if shuffled != items else [*items[1:], *items[:1]]


@dataclass(frozen=True, slots=True)
class Repeat(_OfLists):
    """Some items are there twice, each with a probability; the second one under an id of its own, or the same."""

    salt: str
    each: float
    renamed: bool

    def items(self, items: list[Item], more: bool) -> list[Item]:
        """All of them, and some again."""
        repeated: list[Item] = []
        for item in items:
            repeated.append(item)
            if luck(self.salt, item) < self.each:
                repeated.append(renamed(item, self.salt) if self.renamed else item)
        return repeated


@dataclass(frozen=True, slots=True)
class Cross(_OfLists):
    """Another user's messages: ``count`` of them among the items, or ``instead`` of them all.

    With ``seen``, they are what was written in other conversations than ``whose``, as far as there are any; else they
    are made up, each with a canary of nobody (``brownout.calls.canary.stranger``).
    """

    salt: str
    count: int
    instead: bool
    whose: str | None = None
    seen: Seen | None = field(default=None, compare=False)

    def items(self, items: list[Item], more: bool) -> list[Item]:
        """The items with messages of somebody else among them, or instead of them."""
        own = frozenset(text for item in items for text in texts_of(item))
        if self.instead:
            texts = self._texts(own, len(items))
            return [renamed(retold(item, text), self.salt) for item, text in zip(items, texts, strict=True)]
        mixed = list(items)
        for number, text in enumerate(self._texts(own, self.count if items else 0)):
            place = int(chance.unit(f"{self.salt}|place", number) * (len(mixed) + 1))
            like = items[int(chance.unit(f"{self.salt}|like", number) * len(items))]
            mixed.insert(place, renamed(retold(like, text), f"{self.salt}|{number}"))
        return mixed

    def single(self, item: Item) -> Item:
        """The one item with a stranger's words in it, under its own id."""
        return _dict(retold(item, self._texts(frozenset(texts_of(item)), 1)[0]))

    def _texts(self, own: frozenset[str], count: int) -> tuple[str, ...]:
        others = self.seen.of_others(self.whose, own, self.salt, count) if self.seen is not None else ()
        return (*others, *(strangers_words(self.salt, number) for number in range(len(others), count)))


def _dict(value: Any) -> Item:
    return value if isinstance(value, dict) else {}


def strangers_words(salt: str, number: int) -> str:
    """The words of a user who does not exist."""
    return f"Reference {canary.stranger(f'{salt}|{number}')}. What will my pension be if I stop working this year?"


@dataclass(frozen=True, slots=True)
class HoldBack(_OfLists):
    """What was written lately is not there yet, and nothing that is newer: for ``reads`` lists, or for ``seconds``.

    Late is what passed this edge when it was written (``seen``). Real time.
    """

    seen: Seen = field(compare=False)
    newest_first: bool
    reads: int
    seconds: float | None = None

    def items(self, items: list[Item], more: bool) -> list[Item]:
        """Those that are older than the first one that is late."""
        oldest_first = items[::-1] if self.newest_first else items
        late = [self._late(item) for item in oldest_first]
        left = oldest_first[: late.index(True)] if True in late else oldest_first
        return left[::-1] if self.newest_first else left

    def _late(self, item: Item) -> bool:
        for text in texts_of(item):
            written = self.seen.written(text)
            if written is None:
                continue
            written.reads += 1
            if self.seconds is not None:
                return self.seen.now() - written.at < self.seconds
            return written.reads <= self.reads
        return False
