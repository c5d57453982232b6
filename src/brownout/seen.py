"""What one edge has seen being written to histories, in bounded memory: for faults that show it late, or to others."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass

from brownout import chance

_MOST = 10_000
_LONGEST = 2_000  # characters: a longer text is known again, but shown to nobody else


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
        self._written: OrderedDict[str, Written] = OrderedDict()

    def write(self, whose: str | None, text: str) -> None:
        """A user wrote this, in this conversation (None: a new one)."""
        if not text:
            return
        known = _digest(text)
        self._written.pop(known, None)
        self._written[known] = Written(whose, text if len(text) <= _LONGEST else "", self.now())
        if len(self._written) > _MOST:
            self._written.popitem(last=False)

    def written(self, text: str) -> Written | None:
        """When this text was written, and by whom, if it passed here."""
        return self._written.get(_digest(text))

    def of_others(self, whose: str | None, own: Collection[str], salt: str, count: int) -> tuple[str, ...]:
        """Texts of other conversations than this one, chosen by hash; fewer where there are no more."""
        found = [one.text for one in self._written.values() if one.whose != whose and one.text and one.text not in own]
        places = range(min(count, len(found)))
        return tuple(found.pop(int(chance.unit(salt, number) * len(found))) for number in places)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
