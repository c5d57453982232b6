"""What every row of a journal is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

VERSION = 1

Table: TypeAlias = Literal["often", "seldom"]
"""How many rows of a kind a drill has: ``often`` are read by column, each kind by itself; ``seldom`` as lines first."""


@dataclass(frozen=True)
class Event:
    """Base of every row. ``t`` is when it happened or began; 0 means now, filled in by the journal.

    ``table`` is how its rows become a table for questions, None where they become none; ``placed`` whether that table
    says where on the timeline ``t`` falls.
    """

    kind: ClassVar[str]
    table: ClassVar[Table | None] = "seldom"
    placed: ClassVar[bool] = False

    def row(self) -> dict[str, Any]:
        """The row without what the journal adds. Shallow: dataclasses.asdict would copy every list, for every call."""
        return {"kind": self.kind, **vars(self)}
