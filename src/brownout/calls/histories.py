"""What one edge has seen of histories, in bounded memory: for faults that show them late, to others, or no more."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from brownout import chance
from brownout.bounded import Bounded
from brownout.exchange import Call

_MOST = 10_000
_LONGEST = 2_000  # characters: a longer text is known again, but shown to nobody else
_MOST_HISTORIES = 20_000
_LONGEST_CHAIN = 1_000
_OPENING = 4_096  # bytes of an answer in which the id of what it made stands
_MAKERS = ("conversations", "responses", "threads")
_LOOKED_UP = ("conversations", "responses")
"""Parts of a platform whose calls name in their body what they continue."""
_COMPLETION = re.compile(r"/chat/completions/(?P<id>[^/]+)(?:/messages)?/?$")
_ID = re.compile(
    rb'"(?:id|conversationId)"\s*:\s*"([^"\\]{1,200})"|"name"\s*:\s*"(?:batches|files|operations)/([^"\\/]{1,200})"'
)


@dataclass
class Written:
    """One text: whose it is, when it was written (monotonic seconds), and how many lists it should have been in."""

    whose: str | None
    text: str
    at: float
    reads: int = 0


class Seen:
    """Texts that users wrote, as they passed; ``now`` gives monotonic seconds."""

    def __init__(self, now: Callable[[], float] = lambda: 0.0) -> None:
        self.now = now
        self._written: Bounded[str, Written] = Bounded(_MOST)

    def write(self, whose: str | None, text: str) -> None:
        """A user wrote this, in this conversation (None: a new one)."""
        if not text:
            return
        self._written.put(_digest(text), Written(whose, text if len(text) <= _LONGEST else "", self.now()))

    def written(self, text: str) -> Written | None:
        """When this text was written, and by whom, if it passed here."""
        return self._written.peek(_digest(text))

    def of_others(self, whose: str | None, own: Collection[str], salt: str, count: int) -> tuple[str, ...]:
        """Texts of other conversations than this one, chosen by hash; fewer where there are no more."""
        texts = [
            written.text
            for written in self._written.values()
            if written.whose != whose and written.text and written.text not in own
        ]
        places = range(min(count, len(texts)))
        return tuple(texts.pop(int(chance.unit(salt, number) * len(texts))) for number in places)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def named(call: Call) -> str | None:
    """The history kept by the platform that a call names: a conversation, a thread, a stored or previous response.

    Or a stored completion. A conversation that only the client keeps is known by a digest, or by a name that nobody
    looks up: such a call names nothing.
    """
    id, request = call.conversation, call.request
    if id and id in request.path.split("/"):
        return id
    if id and call.part in _LOOKED_UP and id.encode("utf-8", "surrogatepass") in request.body:
        return id
    completion = _COMPLETION.search(request.path)
    return completion["id"] if completion else None


class Opening:
    """How an answer begins. Feed it the body as it passes."""

    def __init__(self) -> None:
        self._head = b""

    def feed(self, data: bytes) -> None:
        """The next bytes of the body."""
        if len(self._head) < _OPENING:
            self._head = (self._head + data)[:_OPENING]

    @property
    def id(self) -> str | None:
        """The first id in it: that of what a call has made."""
        return next(iter(self.ids), None)

    @property
    def ids(self) -> list[str]:
        """All ids in it, once each; of a file of Google's, what its name ends in."""
        pairs = (first or second for first, second in _ID.findall(self._head))
        return [id.decode("utf-8", "replace") for id in dict.fromkeys(pairs)]

    def all(self, pattern: re.Pattern[bytes]) -> list[bytes]:
        """What a pattern of one group finds in it."""
        return pattern.findall(self._head)


@dataclass
class History:
    """One history: since when it is known, what it continues, and since when its metadata has which key.

    Incident seconds from the start of the timeline; negative before it.
    """

    since: float
    continues: str | None = None
    keys: dict[str, float] = field(default_factory=dict)


class Histories:
    """The histories that passed one edge, the latest 20,000: what was there before a channel ended, and was moved."""

    def __init__(self) -> None:
        self._known: Bounded[str, History] = Bounded(_MOST_HISTORIES)

    def meet(self, call: Call, at: float) -> None:
        """A call names a history: at first sight it is as old as the call."""
        if id := named(call):
            self._meet(id, at)

    def note(self, call: Call, opening: Opening, at: float) -> None:
        """The platform has done what a call asked for at ``at``: made a history, or changed its metadata."""
        if call.request.method != "POST":
            return
        last, here = call.request.path.rstrip("/").rpartition("/")[2], named(call)
        made = opening.id if last in _MAKERS else None
        if (about := made or (here if last == here else None)) is None:
            return
        history, metadata = self._meet(about, at), call.body.get("metadata")
        if made and here != made:
            history.continues = here
        if isinstance(metadata, dict):
            history.keys = {key: history.keys.get(key, at) for key, value in metadata.items() if value}

    def age(self) -> None:
        """Another timeline begins: all that is known is from before it."""
        for history in self._known.values():
            history.since = -math.inf
            history.keys = dict.fromkeys(history.keys, -math.inf)

    def lost(self, call: Call, deadline: float, spares: str | None) -> bool:
        """Whether a call names a history from before ``deadline`` whose metadata did not have the key by then.

        A response is spared with the conversation, or the response, that it continues.
        """
        id = named(call)
        history = self._known.peek(id) if id else None
        if history is None or history.since >= deadline:
            return False
        return spares is None or not self._moved(history, deadline, spares)

    def _moved(self, history: History | None, deadline: float, key: str) -> bool:
        for _ in range(_LONGEST_CHAIN):
            if history is None:
                return False
            if history.keys.get(key, deadline) < deadline:
                return True
            history = self._known.peek(history.continues or "")
        return False

    def _meet(self, id: str, at: float) -> History:
        history = self._known.peek(id) or History(at)
        self._known.put(id, history)
        return history
