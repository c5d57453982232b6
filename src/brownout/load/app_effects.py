"""What the application did for a user, held against what the user had said. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from brownout.calls import canary
from brownout.calls.halves import is_whole, texts_in
from brownout.load.shown_reply import as_text, find
from brownout.profile import Effects


def causes_in(document: Any, effects: Effects) -> list[str] | None:
    """The text that led to each effect; None where the profile's expression finds no list."""
    done = find(effects.items, document)
    return [as_text(find(effects.about, item)) for item in done] if isinstance(done, list) else None


def effects_of(causes: Collection[str], posted: Collection[str]) -> Counter[str]:
    """How many effects each message led to, by its canary; a text that names no message of these counts for none."""
    return Counter(mark for text in causes for mark in dict.fromkeys(canary.find_all(text)) if mark in posted)


@dataclass
class Ends:
    """Of effects that hold words of the stand-in: fields of the same names as in ``deeds.EffectsRead``."""

    whole: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    nameless: int = 0


def ends_of(document: Any, effects: Effects, posted: Collection[str]) -> Ends:
    """Which effects came from words that were whole, and which from half of them, by the canary of the message.

    The words may be anywhere in an effect: what a model said is seldom kept where the user's words are.
    """
    ends = Ends()
    done = find(effects.items, document)
    for item in done if isinstance(done, list) else ():
        texts = list(texts_in(item))
        whole = is_whole(texts)
        marks = dict.fromkeys(mark for text in texts for mark in canary.find_all(text))
        if whole is False and not marks:
            ends.nameless += 1
        elif whole is not None:
            group = ends.whole if whole else ends.half
            group += [mark for mark in marks if mark in posted and mark not in group]
    return ends
