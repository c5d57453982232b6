"""Words of ours that are whole or half: how what the stand-in says begins and ends; JSON that a fault cuts. Pure.

A half answer that was acted on leaves its beginning in what was done, without its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from brownout.calls.canary import SENTINEL

OPENING = "You said: "
"""How the stand-in begins an answer, also in the arguments of a tool."""
CUT_JSON = '{"answer": "Your parcel is on its way", "confidence": 0.93, "items": [{"id": 1, "name": "blue umb'
"""JSON that ends in the middle: what faults send in the place of whole arguments."""
_CUT = "Your parcel is on its way"
_SHORTEST = 4
_DEEPEST = 12


def is_whole(texts: Iterable[str]) -> bool | None:
    """Whether texts that belong together hold our words to the end; None where they hold none of our words."""
    texts = list(texts)
    if any(SENTINEL in text for text in texts):
        return True
    begun = any(OPENING in text or _CUT in text or _barely_begun(text) for text in texts)
    return False if begun else None


def _barely_begun(text: str) -> bool:
    return len(text) >= _SHORTEST and OPENING.startswith(text)


def texts_in(value: Any, depth: int = 0) -> Iterator[str]:
    """All texts in a JSON value, but for the names of its keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list) and depth < _DEEPEST:
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts_in(item, depth + 1)
