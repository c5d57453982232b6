"""JMESPath expressions of a profile, parsed once, and refused where they need a deep stack or make too much. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions, signature
from jmespath.lexer import Lexer

LONGEST: Final = 2_000
"""Characters of an expression."""
MOST_JOINED: Final = 1_000_000
"""Characters of a text that ``join`` makes."""
_MOST_GROWTH: Final = 100  # one flat list of so many places is no more than that
_MOST_WORDS: Final = 200
_MOST_BRACKETS: Final = 20
_OPEN = frozenset(("lparen", "lbracket", "lbrace", "filter", "flatten"))
_CLOSE = frozenset(("rparen", "rbracket", "rbrace", "flatten"))
_EACH_OF_THEM: Final = frozenset(
    ("subexpression", "index_expression", "pipe", "projection", "value_projection", "filter_projection", "map")
)
_BESIDE_EACH_OTHER: Final = frozenset(("multi_select_list", "multi_select_dict", "merge"))


class _Bounded(Functions):
    """The functions of JMESPath; the one whose text grows with the product of its arguments has a bound."""

    @signature({"types": ["string"]}, {"types": ["array-string"]})
    def _func_join(self, separator: str, array: list[str]) -> str:
        if len(separator) * len(array) + sum(map(len, array)) > MOST_JOINED:
            raise JMESPathError(f"join makes more than {MOST_JOINED:,} characters")
        return separator.join(array)


_OPTIONS: Final = jmespath.Options(custom_functions=_Bounded())


@dataclass(frozen=True)
class Expression:
    """An expression that can be used, and its syntax tree."""

    ready: Any
    parsed: Any

    def search(self, data: Any) -> Any:
        """What it leads to. Raises JMESPathError where a function does not fit the data."""
        return self.ready.search(data, options=_OPTIONS)


@lru_cache(maxsize=256)
def parsed(expression: str) -> Expression:
    """The expression, ready to search. Raises JMESPathError; ValueError for one too long, too nested or too large."""
    if len(expression) > LONGEST:
        raise ValueError(f"{expression[:20]!r}… is longer than {LONGEST:,} characters")
    if expression:
        _refuse_tangles(expression)
    try:
        ready = jmespath.compile(expression)
        if _growth(ready.parsed) > _MOST_GROWTH:
            raise ValueError(f"{expression[:20]!r}… makes more than {_MOST_GROWTH} times as much as it is given")
        return Expression(ready, ready.parsed)
    except RecursionError:
        raise ValueError(f"{expression[:20]!r}… is nested too deeply") from None


def _refuse_tangles(expression: str) -> None:
    depth = 0
    for words, token in enumerate(Lexer().tokenize(expression)):
        depth += (token["type"] in _OPEN) - (token["type"] in _CLOSE)
        if words > _MOST_WORDS:
            raise ValueError(f"{expression[:20]!r}… has more than {_MOST_WORDS} words and signs")
        if depth > _MOST_BRACKETS:
            raise ValueError(f"{expression[:20]!r}… has more than {_MOST_BRACKETS} brackets inside one another")


def _growth(node: Any) -> float:
    """How many times what it is given a node makes, at most; endless where a part of it makes too much already.

    ``[@, @]`` makes it twice, and what follows does so with each of the two.
    """
    parts = [_growth(child) for child in node["children"] if isinstance(child, dict)]  # a slice has numbers
    if any(part > _MOST_GROWTH for part in parts):
        return math.inf
    kind = node["value"] if node["type"] == "function_expression" else node["type"]
    if kind in _EACH_OF_THEM:
        return math.prod(parts[:2])  # a filter's condition comes third, and keeps or drops
    if kind in _BESIDE_EACH_OTHER:
        return sum(parts)
    if kind == "to_string":
        return 2 * sum(parts)  # it escapes what was escaped before
    return 1 if kind in ("comparator", "not_expression") else max(parts, default=1)
