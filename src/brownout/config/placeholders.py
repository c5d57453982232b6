"""``{names}`` in the texts of an app profile, and what they stand for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from brownout.config.spelling import nearest

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class UnknownPlaceholder(ValueError):
    """A text holds ``{somethng}`` that is nearly, and so surely meant to be, a name we know."""


def names_in(text: str) -> Iterator[str]:
    """What stands in braces and may be a name."""
    return (match[1] for match in _PLACEHOLDER.finditer(text))


def substitute(text: str, values: Mapping[str, str]) -> str:
    """Put values in the place of ``{name}``; other braces stay. Raises UnknownPlaceholder for a misspelt name."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in values:
            return values[name]
        guess = nearest(name, values)
        if guess:
            raise UnknownPlaceholder(
                f"{text!r} holds {{{name}}}; did you mean {{{guess}}}? known: {', '.join(sorted(values))}"
            )
        return match[0]

    return _PLACEHOLDER.sub(value, text)
