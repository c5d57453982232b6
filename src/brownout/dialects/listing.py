"""The list of a platform's models, in whatever form it gives them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from brownout.exchange import Answer


def listed(answer: Answer, names: Iterable[str], model: Callable[[str], dict[str, Any]]) -> list[dict[str, Any]]:
    """Each of these models in the platform's form; none where the answer has no words, which is an empty list."""
    return [model(name) for name in names] if answer.pieces else []
