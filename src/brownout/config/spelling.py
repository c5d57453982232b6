"""The nearest spelling of a word that is not known, and how long a message may be. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

LONGEST: Final = 200
"""No word that is longer was meant to be one of those that are known."""
LONGEST_MESSAGE: Final = 3000
"""Characters of a message: enough to list all faults or services, and not all of a value that is not meant."""
_LEFT_OUT = " … "


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like this one, or that alone begins with it; None where none is near.

    Never the word itself: it is known elsewhere then, and not allowed here.
    """
    return _nearest(word, tuple(known))


@lru_cache(maxsize=4096)
def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    if len(word) > LONGEST:
        return None
    by_folded = {name.casefold(): name for name in known if name != word}
    folded = word.casefold()
    near = get_close_matches(folded, by_folded, n=1, cutoff=0.6)
    if not near and folded:
        begun = [name for name in by_folded if name.startswith(folded)]
        near = begun if len(begun) == 1 else []
    return by_folded[near[0]] if near else None


def hint(word: str, known: Iterable[str]) -> str:
    """What to put behind a refusal: ``; did you mean 'share'? allowed: on, share``."""
    names = [name for name in known if name != word]
    guess = nearest(word, names)
    return f"; did you mean {guess!r}? allowed: {', '.join(names)}" if guess else f"; allowed: {', '.join(names)}"


def few(word: str, known: Iterable[str], listed_by: str, most: int = 20) -> str:
    """A hint as ``hint`` gives it; with more than ``most`` names, the five nearest and the command that lists all."""
    names = list(known)
    if len(names) <= most:
        return hint(word, names)
    guess = nearest(word, names)
    near = get_close_matches(word.casefold()[:LONGEST], names, n=5, cutoff=0.0)
    question = f"; did you mean {guess!r}?" if guess else ";"
    return f"{question} the nearest: {', '.join(near)}; all {len(names)}: {listed_by}"


def shortened(message: str) -> str:
    """A message of bounded length. What it quotes stands in its middle, and what is wrong and allowed around that."""
    if len(message) <= LONGEST_MESSAGE:
        return message
    part = (LONGEST_MESSAGE - len(_LEFT_OUT)) // 2
    return message[:part] + _LEFT_OUT + message[-part:]
