"""Whether a profile's jinja2 templates and JMESPath expressions can be read. Pure; nothing is evaluated."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions

from brownout.config.spelling import hint
from brownout.config.yamltree import Path
from brownout.load.jmes import parsed
from brownout.load.templates import compiled

KNOWN: Final = ("attempt", "canary", "iteration", "journey", "key", "turn", "user")
"""What every template of a journey may name, besides the message, what channels add, and what earlier steps kept."""

_PREFIX = re.compile(r"^(Invalid|Bad) jmespath expression: ", re.IGNORECASE)


def refusals(value: Any, place: Path, names: Collection[str]) -> Iterator[tuple[Path, str]]:
    """What is wrong with the templates in a value (text, or lists and mappings of them), with the path to each.

    The keys of mappings are templates too. ``names`` are what may be named besides ``KNOWN``.
    """
    if isinstance(value, str):
        problem = _in_template(value, names)
        if problem:
            yield place, problem
    elif isinstance(value, Mapping):
        for key, child in value.items():
            yield from refusals(key, (*place, key), names)
            yield from refusals(child, (*place, key), names)
    elif isinstance(value, list | tuple):
        for number, child in enumerate(value):
            yield from refusals(child, (*place, number), names)


def _in_template(text: str, names: Collection[str]) -> str | None:
    if "{" not in text:
        return None
    try:
        named = compiled(text).names
    except ValueError as error:
        return f"not a jinja2 template: {error}"
    known = sorted({*KNOWN, *names})
    unknown = sorted(named - {*known})
    return f"the template names {unknown[0]!r}, which is unknown{hint(unknown[0], known)}" if unknown else None


def names(value: Any) -> set[str]:
    """The names that the templates in a value use; of what cannot be read, none."""
    if isinstance(value, str):
        try:
            return set(compiled(value).names) if "{" in value else set()
        except ValueError:
            return set()
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return {name for child in children for name in names(child)}


def jmespath_refusals(expression: str | None, place: Path) -> Iterator[tuple[Path, str]]:
    """What is wrong with a JMESPath expression; nothing for None."""
    if expression is None:
        return
    try:
        tree = parsed(expression).parsed
    except JMESPathError as error:
        yield place, f"{expression!r} is not a JMESPath expression: {_reason(error)}"
        return
    except ValueError as error:
        yield place, f"not a JMESPath expression that can be used: {error}"
        return
    for name in _functions(tree):
        if name not in Functions.FUNCTION_TABLE:
            yield place, f"unknown JMESPath function {name!r}{hint(name, sorted(Functions.FUNCTION_TABLE))}"


def _reason(error: JMESPathError) -> str:
    token, column = getattr(error, "token_value", None), getattr(error, "lex_position", None)
    if token and isinstance(column, int):
        return f"unexpected {token!r} at column {column + 1}"
    return _PREFIX.sub("", str(error).splitlines()[0]).rstrip(":.")


def _functions(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("type") == "function_expression":
            yield node["value"]
        for child in node.get("children", ()):
            yield from _functions(child)
