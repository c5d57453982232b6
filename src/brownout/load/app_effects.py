"""What the application did for a user, held against what the user had said. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from brownout.calls import canary
from brownout.load.shown_reply import as_text, find
from brownout.profile import Effects


def causes_in(document: Any, effects: Effects) -> list[str] | None:
    """The text that led to each effect; None where the profile's expression finds no list."""
    done = find(effects.items, document)
    return [as_text(find(effects.about, item)) for item in done] if isinstance(done, list) else None


def effects_of(causes: Collection[str], posted: Collection[str]) -> Counter[str]:
    """How many effects each message led to, by its canary; a text that names no message of these counts for none."""
    return Counter(mark for text in causes for mark in dict.fromkeys(canary.find_all(text)) if mark in posted)
