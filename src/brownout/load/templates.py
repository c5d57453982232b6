"""Texts of a journey's steps: jinja2, sandboxed, and strict about names that nobody has set. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment

_environment = SandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)


@lru_cache(maxsize=1024)
def _compile(text: str) -> Template:
    return _environment.from_string(text)


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
        return _compile(text).render(names)
    except (TemplateError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
        known = ", ".join(sorted(names))
        raise ValueError(f"{text!r} cannot be filled in: {error}; known names: {known}") from None
