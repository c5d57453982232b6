"""Markdown that holds any text: escaped lines, and tables of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from brownout.report import words

_SPECIAL = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])")
_START = re.compile(r"^(?:(?=#|[-+](?:\s|$)|--|==)|(\d+)(?=[.)](?:\s|$)))")
"""What would be a heading, a list or a rule where it begins a line."""
_LINKED = re.compile(r":(?=//)|(?<=www)\.|@(?=\w)|#(?=\d)", re.IGNORECASE)
"""What GitHub makes a link or a mention of in plain text: addresses, names, numbers of issues."""
_UNLINKED = {":": "&#58;", ".": "&#46;", "@": "@&#8203;", "#": "#&#8203;"}
"""The same to read. Addresses are looked for before entities are letters, the others afterwards."""


def text(value: object) -> str:
    """Any text on one line, with nothing in it that Markdown or HTML would act on, and nobody that it would call."""
    line = words.one_line(str(value))
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = _START.sub(r"\g<1>" + "\\\\", _SPECIAL.sub(lambda match: "\\" + match.group(), line))
    return _LINKED.sub(lambda match: _UNLINKED[match.group()], line)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """The lines of a table; what is in its cells acts as nothing but text."""
    lines = [head, ["---"] * len(head), *([text(cell) for cell in row] for row in rows)]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def code(command: str) -> str:
    """Code within a line, between more backticks than it has itself."""
    line = words.one_line(command)
    fence = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    return f"{fence}{line}{fence}"
