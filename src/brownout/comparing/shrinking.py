"""The smallest thing that still shows something, by trials that may be noisy and are only so many. Pure.

Items are left out as delta debugging does it (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing
Input", IEEE Transactions on Software Engineering 28, 2002), https://en.wikipedia.org/wiki/Delta_debugging.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, TypeVar

Item = TypeVar("Item")
Candidate = TypeVar("Candidate")


class Spent(Exception):
    """There is no trial left, or no time."""


@dataclass
class Trials(Generic[Candidate]):
    """Plays candidates, each once; one that does not show it is played a second time, because it may be luck.

    What is not ``sound`` is not played at all. ``best`` is the last one that showed it: None until then.
    """

    play: Callable[[Candidate], bool]
    left: Callable[[], bool]
    sound: Callable[[Candidate], bool]
    best: Candidate | None = None
    made: int = 0
    _known: dict[Candidate, bool] = field(default_factory=dict)

    def shows(self, candidate: Candidate) -> bool:
        """Whether it shows it. Raises Spent where nothing is left to find that out with."""
        if candidate not in self._known:
            shown = self.sound(candidate) and (self._once(candidate) or self._once(candidate))
            self._known[candidate] = shown
            self.best = candidate if shown else self.best
        return self._known[candidate]

    def _once(self, candidate: Candidate) -> bool:
        if not self.left():
            raise Spent
        self.made += 1
        return self.play(candidate)


def fewest(items: Sequence[Item], shows: Callable[[tuple[Item, ...]], bool]) -> tuple[Item, ...]:
    """The items without any that can be left out by itself; all of them are taken to show it."""
    rest, parts = tuple(items), 2
    while len(rest) > 1:
        chunks = _split(rest, parts)
        smaller = next((each for each in _reductions(rest, chunks) if shows(each)), None)
        if smaller is not None:
            parts = 2 if smaller in chunks else max(2, parts - 1)
            rest = smaller
        elif parts >= len(rest):
            break
        else:
            parts = min(len(rest), parts * 2)
    return rest


def _reductions(items: tuple[Item, ...], chunks: Sequence[tuple[Item, ...]]) -> Iterator[tuple[Item, ...]]:
    """Each part by itself, then all without each part."""
    yield from chunks
    if len(chunks) > 2:
        for number in range(len(chunks)):
            yield tuple(item for place, chunk in enumerate(chunks) if place != number for item in chunk)


def _split(items: tuple[Item, ...], parts: int) -> list[tuple[Item, ...]]:
    edges = [len(items) * number // parts for number in range(parts + 1)]
    return [items[start:end] for start, end in pairwise(edges) if end > start]


def shortest(lengths: Sequence[float], shows: Callable[[tuple[float, ...]], bool], least: float) -> tuple[float, ...]:
    """Lengths of which each is 0, or could not be halved any more; the longest is tried first. One stays at least."""
    best = tuple(lengths)
    for place in sorted(range(len(best)), key=lambda place: -best[place]):
        without = (*best[:place], 0.0, *best[place + 1 :])
        if any(without) and shows(without):
            best = without
            continue
        while (half := best[place] / 2) >= least:
            halved = (*best[:place], half, *best[place + 1 :])
            if not shows(halved):
                break
            best = halved
    return best
