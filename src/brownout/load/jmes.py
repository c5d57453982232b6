"""JMESPath expressions of a profile, parsed once, and refused where reading them would need a deep stack. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import jmespath
from jmespath.lexer import Lexer

LONGEST: Final = 2_000
"""Characters of an expression."""
_MOST_WORDS: Final = 200
_MOST_BRACKETS: Final = 20
_OPEN = frozenset(("lparen", "lbracket", "lbrace", "filter", "flatten"))
_CLOSE = frozenset(("rparen", "rbracket", "rbrace", "flatten"))


@lru_cache(maxsize=256)
def parsed(expression: str) -> Any:
    """The expression, ready to search. Raises JMESPathError, and ValueError for one too long or too nested."""
    if len(expression) > LONGEST:
        raise ValueError(f"{expression[:20]!r}… is longer than {LONGEST:,} characters")
    if expression:
        _refuse_tangles(expression)
    try:
        return jmespath.compile(expression)
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
