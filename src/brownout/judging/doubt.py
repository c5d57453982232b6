"""What users met while a part of ours stood still can hold, and cannot break: it may be our doing.

A verdict that is BROKEN is asked for once more without it. What is BROKEN then stays so; what is not is UNKNOWN.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from brownout.checkers.base import Record
from brownout.checkers.case import count
from brownout.config.units import in_words
from brownout.verdict import Status, Verdict

SERIOUS = 1.0
"""Seconds of a stall that cast doubt on all that was under way, and for as long again on what came after."""
SHARE = 0.25
"""A step, or a call, of which so much was spent in stalls of any length may be our doing as well."""

# Nothing passes through the drill itself: its own stalls are on record, and delay nobody.
_STALLS = "SELECT name, t - late AS began, t, late FROM stall WHERE name <> 'drill'"
# Rows of a table that took a duration, each with how long we stood still meanwhile, and whether seriously.
_MET = f"""
SELECT row.rowid AS r FROM {{table}} AS row JOIN ({_STALLS}) AS stall
ON row.t < stall.t + CASE WHEN late >= {SERIOUS} THEN late ELSE 0 END AND row.t + row.duration > stall.began
GROUP BY row.rowid, row.t, row.duration
HAVING max(late) >= {SERIOUS}
    OR sum(least(stall.t, row.t + row.duration) - greatest(stall.began, row.t)) >= {SHARE} * row.duration
"""
_LOOKS = ("chat", "effects", "export", "history")
_NEXT_STEP = (
    "Run the drill again on a machine that is less busy, with fewer users (--users), or with more cores; rows of kind "
    "stall in the journal say who was late, and when."
)


def reconsider(record: Record, verdict: Verdict, again: Callable[[], Verdict]) -> Verdict:
    """The verdict, where it is BROKEN without what is in doubt as well; else UNKNOWN, and why."""
    if verdict.status is not Status.BROKEN or not record.value(f"SELECT count(*) FROM ({_STALLS})"):
        return verdict
    with _without_doubtful(record) as left_out:
        second = again() if left_out else verdict
    if second.status is Status.BROKEN:
        return second
    return replace(
        verdict,
        status=Status.UNKNOWN,
        finding=f"{in_words_of(record)} Without the {count(left_out, 'step')} of users that this may have touched, "
        f"there is no proof. With them: {verdict.finding}",
        next_step=_NEXT_STEP,
    )


def in_words_of(record: Record) -> str:
    """Which parts of ours stood still, for how long and when; nothing where none did for long."""
    rows = record.rows(
        f"SELECT name, count(*) AS n, sum(late) AS whole, max(late) AS longest, max_by(began, late) AS began "
        f"FROM ({_STALLS}) GROUP BY name ORDER BY whole DESC, name"
    )
    return " ".join(_words(row, record.drill["zero"]) for row in rows)


def _words(row: dict[str, Any], zero: float) -> str:
    at = f"{in_words(max(0.0, row['began'] - zero))} into the drill"
    if row["n"] == 1:
        return f"The {row['name']} stood still for {in_words(row['longest'])}, {at}."
    longest = f"the longest {in_words(row['longest'])}, {at}"
    return f"The {row['name']} stood still {row['n']:,} times, for {in_words(row['whole'])} in all ({longest})."


def serious(record: Record) -> bool:
    """Whether any part but the drill stood still for so long that a reader should know."""
    return bool(record.value(f"SELECT count(*) FROM ({_STALLS}) WHERE late >= {SERIOUS}"))


@contextlib.contextmanager
def _without_doubtful(record: Record) -> Iterator[int]:
    """The record without what is in doubt, for as long as this lasts; how many steps that are."""
    record.db.execute("BEGIN")
    try:
        yield _drop(record)
    finally:
        record.db.execute("ROLLBACK")


def _drop(record: Record) -> int:
    """Take out steps, what was called for them, and what their users saw when they looked again; how many steps."""
    db = record.db
    db.execute(f"CREATE TEMP TABLE doubtful AS SELECT * FROM journey WHERE rowid IN ({_MET.format(table='journey')})")
    db.execute(
        f"DELETE FROM exchange WHERE rowid IN ({_MET.format(table='exchange')}) "
        "OR canary IN (SELECT canary FROM doubtful)"
    )
    steps = _deleted(record, "journey", f"rowid IN ({_MET.format(table='journey')})")
    return steps + sum(
        _deleted(
            record,
            look,
            f'EXISTS (SELECT 1 FROM doubtful WHERE doubtful.journey = "{look}".journey '
            f'AND doubtful."user" = "{look}"."user" AND doubtful.iteration = "{look}".iteration) '
            f"OR EXISTS (SELECT 1 FROM ({_STALLS}) AS stall WHERE late >= {SERIOUS} "
            f'AND "{look}".t BETWEEN began AND stall.t + late)',
        )
        for look in _LOOKS
    )


def _deleted(record: Record, table: str, condition: str) -> int:
    """How many rows a table has lost."""
    row = record.db.execute(f'DELETE FROM "{table}" WHERE {condition}').fetchone()
    return int(row[0]) if row else 0
