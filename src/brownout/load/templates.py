"""Texts of a journey's steps: jinja2, sandboxed, strict about names that nobody has set, and bounded. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from jinja2 import Template, TemplateError, UndefinedError, meta, nodes

from brownout.load.patterns import TookTooLong, within_cpu_time
from brownout.load.sandbox import LARGEST, BoundedEnvironment, paid, with_dear_loops

LONGEST: Final = 100_000
"""Characters of a text with templates in it."""
MOST: Final = 2_000
"""Texts with templates in one profile; so many are compiled once."""
_MOST_WORDS: Final = 200  # of one {{ … }} or {% … %}
_MOST_BRACKETS: Final = 20  # inside one another
_MOST_TAGS: Final = 1_000
_CPU_SECONDS: Final = 1.0
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_ENVIRONMENT = BoundedEnvironment()
GLOBALS: Final = frozenset(_ENVIRONMENT.globals)
"""The functions that every template knows."""
_STATEMENTS: Final = (nodes.Assign, nodes.AssignBlock, nodes.For, nodes.If, nodes.Output, nodes.With)
_TOO_DEEP = "nested too deeply; make it simpler"
_FAILURES = (TemplateError, TypeError, ArithmeticError, LookupError, AttributeError, ValueError, TookTooLong)


class NameMissing(ValueError):
    """A template names what no earlier step has kept."""


@dataclass(frozen=True)
class Compiled:
    """A text that can be filled in, and the names that it uses."""

    template: Template
    names: frozenset[str]


@lru_cache(maxsize=MOST)
def compiled(text: str) -> Compiled:
    """The text as a template. Raises ValueError, which says what is wrong with it."""
    if len(text) > LONGEST:
        raise ValueError(f"longer than {LONGEST:,} characters, with templates in it")
    try:
        _refuse_tangles(text)
        tree = _ENVIRONMENT.parse(text)
        names = frozenset(meta.find_undeclared_variables(tree)) - GLOBALS
        _refuse_statements(tree)
        return Compiled(_ENVIRONMENT.from_string(with_dear_loops(tree, len(text))), names)
    except TemplateError as error:
        raise ValueError(str(error.message or error)) from None
    except (RecursionError, MemoryError, SyntaxError, OverflowError):
        raise ValueError(_TOO_DEEP) from None


def _refuse_tangles(text: str) -> None:
    """What is so long or so nested that reading it would need a deep stack. The lexer itself needs none."""
    words = depth = tags = 0
    for _, kind, value in _ENVIRONMENT.lex(text):
        if kind in ("variable_begin", "block_begin"):
            words, depth, tags = 0, 0, tags + 1
        elif kind == "operator":
            depth += (value in _OPEN) - (value in _CLOSE)
        words += kind != "whitespace"
        if tags and (words > _MOST_WORDS and kind != "data"):
            raise ValueError(f"one {{{{ … }}}} of more than {_MOST_WORDS} words and signs; make it simpler")
        if depth > _MOST_BRACKETS:
            raise ValueError(f"more than {_MOST_BRACKETS} brackets inside one another; make it simpler")
    if tags > _MOST_TAGS:
        raise ValueError(f"more than {_MOST_TAGS:,} of {{{{ … }}}} and {{% … %}}; make it shorter")


def _refuse_statements(tree: nodes.Template) -> None:
    for statement in tree.find_all(nodes.Stmt):
        if not isinstance(statement, _STATEMENTS) or (isinstance(statement, nodes.For) and statement.recursive):
            name = "for … recursive" if isinstance(statement, nodes.For) else type(statement).__name__.lower()
            raise ValueError(f"{{% {name} %}} is not available in a profile; allowed: for, if, set, with, raw")


def count(value: Any) -> int:
    """How many texts with templates there are in a value; keys of mappings are texts, too."""
    if isinstance(value, str):
        return "{" in value
    if isinstance(value, Mapping):
        return sum(count(key) + count(item) for key, item in value.items())
    return sum(map(count, value)) if isinstance(value, list | tuple) else 0


def render(value: Any, names: Mapping[str, Any]) -> Any:
    """The value with every text in it filled in; lists and mappings keep their shape, and their keys are texts too.

    Raises ValueError, which says in words what is missing.
    """
    if isinstance(value, str):
        return _render_text(value, names)
    if isinstance(value, Mapping):
        return {render(key, names): render(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [render(item, names) for item in value]
    return value


def _render_text(text: str, names: Mapping[str, Any]) -> str:
    if "{" not in text:
        return text
    try:
        template = compiled(text).template
        with within_cpu_time(_CPU_SECONDS, f"more than {_CPU_SECONDS:g} s of computing"):
            filled = paid(lambda: template.render(names))
        if len(filled) > LARGEST:
            raise ValueError(f"it makes a text of {len(filled):,} characters; allowed: {LARGEST:,}")
    except (*_FAILURES, RecursionError, MemoryError) as error:
        raise _refusal(text, names, error) from None
    return filled


def _refusal(text: str, names: Mapping[str, Any], error: BaseException) -> ValueError:
    why = _TOO_DEEP if isinstance(error, RecursionError | MemoryError) else _short(str(error))
    words = f"{_short(text)!r} cannot be filled in: {why}; known names: {', '.join(sorted(names))}"
    missing = isinstance(error, UndefinedError) and not compiled(text).names <= names.keys()
    return NameMissing(words) if missing else ValueError(words)


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:199]}…"
