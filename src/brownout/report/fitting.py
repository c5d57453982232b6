"""Markdown of a bounded size: blocks of rows, of which as many are kept as GitHub takes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brownout.report import words

LIMIT = 65_536
"""Characters of a comment. A step summary may have 1 MiB, which so many never exceed in UTF-8.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
"""
_NOTE = 160
"""Characters that are set aside for each block, to say what was cut."""


@dataclass(frozen=True)
class Block:
    """A part of a page. Its head and tail come only with a row of it; a row is kept whole or left out.

    ``what`` is a row's noun, for the note on what is left out. What is ``first`` is given room before all else.
    """

    what: str
    rows: Sequence[str]
    head: Sequence[str] = ()
    tail: Sequence[str] = ("",)
    first: bool = False


def fitted(blocks: Sequence[Block], limit: int = LIMIT) -> str:
    """The blocks one under the other, never longer than the limit; what is cut is told."""
    room = limit - _NOTE * len(blocks)
    texts: dict[int, str] = {}
    for place in sorted(range(len(blocks)), key=lambda place: not blocks[place].first):
        texts[place], used = _cut(blocks[place], room)
        room -= used
    return "".join(texts[place] for place in range(len(blocks)))


def _cut(block: Block, room: int) -> tuple[str, int]:
    """The text of a block, and how much of the room it takes: its note is paid for."""
    left = room - _length(block.head) - _length(block.tail)
    rows: list[str] = []
    for row in block.rows:
        if len(row) + 1 <= left:
            rows.append(row)
            left -= len(row) + 1
    around = (block.head, block.tail) if rows else ((), ())
    lines = [*around[0], *rows, *around[1]]
    missing = len(block.rows) - len(rows)
    note = [_told(missing, block), ""] if missing else []
    return "".join(f"{line}\n" for line in [*lines, *note]), _length(lines)


def _told(missing: int, block: Block) -> str:
    of = words.of(missing, len(block.rows))
    return f"_{of} {block.what} left out: GitHub takes no more than {words.number(LIMIT)} characters._"


def _length(lines: Sequence[str]) -> int:
    return sum(len(line) + 1 for line in lines)
