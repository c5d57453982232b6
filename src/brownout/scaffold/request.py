"""A chat request to try: where it goes, and what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

MESSAGE = "{{ message }}"
PLAIN_PATH = re.compile(r"/[A-Za-z0-9_./~-]*")
"""A path without anything to fill in."""
_TELLING = re.compile(
    r"chat|ask|message|complet|generat|answer|prompt|quer|question|assist|llm|\bai\b|talk|stream|convers|agent|bot|respond",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"log-?in|auth|token|sign-?up|register|upload|feedback|webhook|hooks?/|delete|health|embed|search|admin|history",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Opening:
    """A POST that comes first, and answers what the path of a question needs.

    ``name`` is what that path calls it, ``place`` the JMESPath to it in the answer: a guess until one came.
    """

    path: str
    name: str
    place: str = "id"
    body: Any = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """A POST whose body holds ``{{ message }}``: as JSON, or as the fields of a page's form."""

    path: str
    body: Any
    kind: Literal["json", "form"] = "json"
    opening: Opening | None = None

    @property
    def in_words(self) -> str:
        """The request as somebody would write it down."""
        form = "" if self.kind == "json" else " (as a form)"
        after = "" if self.opening is None else f" (after POST {self.opening.path})"
        return f"POST {self.path} {json.dumps(self.body, ensure_ascii=False)}{form}{after}"


Item = TypeVar("Item")


def likely(rated: Iterable[tuple[Item, int]]) -> list[Item]:
    """What is worth a try, the likeliest first: nobody posts to places that sound like anything else.

    Where something sounds like a chat, what says nothing either way is left alone, too.
    """
    worth = sorted((pair for pair in rated if pair[1] >= 0), key=lambda pair: -pair[1])
    return [item for item, rate in worth if rate > 0 or worth[0][1] == 0]


def likelihood(path: str) -> int:
    """How much a path sounds as if a question went there; below zero for what sounds like anything else."""
    telling = len({match.lower() for match in _TELLING.findall(path)})
    return telling - 3 * bool(_OTHER.search(path))
