"""What the application held, look by look, split by the faults: before, during, and after them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from brownout.checkers.base import Record
from brownout.checkers.growth import BEFORE, Point
from brownout.checkers.timeline import PHASE

Look = dict[str, Any]
"""A row of kind ``vitals``, with how many questions had been ``asked`` by then and how many ``users`` there were."""

_LOOKS = """
SELECT v.*, coalesce(q.asked, 0) AS asked, u.users FROM vitals AS v
ASOF LEFT JOIN (SELECT t, row_number() OVER (ORDER BY t) AS asked FROM journey WHERE asks) AS q ON v.t >= q.t
ASOF LEFT JOIN (SELECT t, max(users) AS users FROM users GROUP BY t) AS u ON v.t >= u.t
ORDER BY v.t
"""
_MORE_USERS = 1.1
"""With so many times the users of before, or less, what they hold can be compared."""


@dataclass(frozen=True)
class Looks:
    """The looks at the application as it ran last, from its start on.

    ``restarted``: it was started again after the first fault, so its own first looks stand for those before it.
    ``crowded`` counts looks after the faults that are left out, because there were more users than ever before.
    """

    before: Sequence[Look]
    during: Sequence[Look]
    after: Sequence[Look]
    restarted: bool
    crowded: int

    @property
    def all(self) -> tuple[Look, ...]:
        """All of the looks, in their order."""
        return (*self.before, *self.during, *self.after)

    def points(self, looks: Sequence[Look], value: Callable[[Look], float]) -> list[Point]:
        """What was held at each of some looks, by questions asked; by seconds, where fewer were asked than looks."""
        during = self.during
        axis = "asked" if during and during[-1]["asked"] - during[0]["asked"] >= len(during) else "t"
        return [(float(look[axis]), value(look)) for look in looks]


def first_fault(record: Record) -> float | None:
    """The monotonic second of the first call that met a fault on the timeline; None for none."""
    first = record.value(f"SELECT min(t) FROM exchange WHERE injected AND {PHASE} IS NOT NULL")
    return None if first is None else float(first)


def looks_of(record: Record, struck: float, healed: float, again: float) -> Looks | None:
    """All looks at the application that ran last, after the faults from ``again`` on; None where none was made."""
    rows = record.rows(_LOOKS)
    if not rows:
        return None
    for row in rows:
        row["sockets"] = json.loads(row["sockets"] or "{}")
    own = [row for row in rows if row["pid"] == rows[-1]["pid"]]
    restarted = own[0]["pid"] != rows[0]["pid"] and own[0]["t"] >= struck
    before, during = [row for row in own if row["t"] < struck], [row for row in own if struck <= row["t"] < healed]
    if restarted:
        third = max(BEFORE, len(during) // 3)
        before, during = during[:third], during[third:]
    after = [row for row in own if row["t"] >= again]
    most = max((row["users"] or 0 for row in before), default=0) * _MORE_USERS + 1
    alike = [row for row in after if (row["users"] or 0) <= most]
    return Looks(before, during, alike, restarted, len(after) - len(alike))
