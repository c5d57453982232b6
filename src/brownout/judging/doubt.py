"""What users met while a part of ours stood still, or the machine was others', can hold and cannot break.

A verdict that is BROKEN is asked for once more without it, and with the waits as they would have been on a machine that
is less busy. What is BROKEN then stays so; what is not is UNKNOWN.
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
OTHERS = 0.4
"""The share of all processors from which on other programs may be what made the application slow."""
LONG_QUEUE = 4.0
"""So many programs that want to run for each processor make each of them that many times slower, at worst."""
ENDLESS_QUEUE = 8.0
"""In such a queue timeouts strike that never would: nothing that fails in it proves anything."""
_CROWD = f"SELECT t - span AS began, t, queue FROM pressure WHERE others >= {OTHERS} AND queue >= {LONG_QUEUE}"
# Steps that spent half of their time or more in such seconds, each with how much slower everything was.
_SLOWED = f"""
SELECT step.rowid AS r, avg(queue) AS times FROM journey AS step JOIN ({_CROWD}) AS crowd
ON step.t < crowd.t AND step.t + step.duration > crowd.began
GROUP BY step.rowid, step.t, step.duration
HAVING sum(least(crowd.t, step.t + step.duration) - greatest(crowd.began, step.t)) >= step.duration / 2
"""
_LOOKS = ("chat", "effects", "export", "history")
_OF_THESE = f"""
EXISTS (SELECT 1 FROM doubtful WHERE doubtful.journey = "{{look}}".journey AND doubtful."user" = "{{look}}"."user"
        AND doubtful.iteration = "{{look}}".iteration)
OR EXISTS (SELECT 1 FROM ({_STALLS}) AS stall
           WHERE late >= {SERIOUS} AND "{{look}}".t BETWEEN began AND stall.t + late)
"""
NEXT_STEP = (
    "Run the drill again on a machine that is less busy, with fewer users (--users), or with more cores; rows of kind "
    "stall in the journal say who was late, and when."
)
"""What to do about a verdict that is UNKNOWN because of the machine alone."""
PROVES_NOTHING = "What users met then proves nothing against the application."
"""Ends the note of a report on a machine that was busy."""


def reconsider(record: Record, verdict: Verdict, again: Callable[[], Verdict]) -> Verdict:
    """The verdict, where it is BROKEN without what is in doubt as well; else UNKNOWN, and why."""
    if verdict.status is not Status.BROKEN or not (_any(record, _STALLS) or _any(record, _CROWD)):
        return verdict
    with without_doubtful(record) as left_out:
        second = again() if left_out else verdict
    if second.status is Status.BROKEN:
        return second
    return replace(
        verdict,
        status=Status.UNKNOWN,
        void=True,
        finding=f"{in_words_of(record)} Without the {count(left_out, 'step')} of users that this may have touched, "
        f"there is no proof. As it was: {verdict.finding}",
        next_step=NEXT_STEP,
    )


def in_words_of(record: Record) -> str:
    """Which parts of ours stood still, for how long and when, and who else had the machine; empty for nothing."""
    rows = record.rows(
        f"SELECT name, count(*) AS n, sum(late) AS whole, max(late) AS longest, max_by(began, late) AS began "
        f"FROM ({_STALLS}) GROUP BY name ORDER BY whole DESC, name"
    )
    return " ".join([*(_words(row, record.drill["zero"]) for row in rows), *_crowd_in_words(record)])


def _crowd_in_words(record: Record) -> list[str]:
    row = record.rows(
        f"SELECT sum(span) AS whole, avg(others) AS others, max(queue) AS queue FROM pressure "
        f"WHERE others >= {OTHERS} AND queue >= {LONG_QUEUE}"
    )[0]
    if not row["whole"]:
        return []
    return [
        f"For {in_words(row['whole'])} other programs had {row['others']:.0%} of this machine's processors, and up to "
        f"{row['queue']:.0f} wanted to run for each."
    ]


def _any(record: Record, query: str) -> bool:
    return bool(record.value(f"SELECT count(*) FROM ({query})"))


def _words(row: dict[str, Any], zero: float) -> str:
    at = f"{in_words(max(0.0, row['began'] - zero))} into the drill"
    if row["n"] == 1:
        return f"The {row['name']} stood still for {in_words(row['longest'])}, {at}."
    longest = f"the longest {in_words(row['longest'])}, {at}"
    return f"The {row['name']} stood still {row['n']:,} times, for {in_words(row['whole'])} in all ({longest})."


def serious(record: Record) -> bool:
    """Whether any part but the drill stood still for so long, or others had the machine, that a reader should know."""
    return _any(record, f"{_STALLS} AND late >= {SERIOUS}") or _any(record, _CROWD)


@contextlib.contextmanager
def without_doubtful(record: Record) -> Iterator[int]:
    """The record without what is in doubt, for as long as this lasts; how many steps that are."""
    with record.tentatively():
        yield _drop(record)


def _drop(record: Record) -> int:
    """Take out steps, what was called for them, and what their users saw when they looked again; how many steps."""
    db = record.db
    lost = f"{_MET.format(table='journey')} UNION SELECT r FROM ({_SLOWED}) WHERE times >= {ENDLESS_QUEUE}"
    db.execute(f"CREATE TEMP TABLE doubtful AS SELECT * FROM journey WHERE rowid IN ({lost})")
    calls = f"rowid IN ({_MET.format(table='exchange')}) OR canary IN (SELECT canary FROM doubtful)"
    _changed(record, f"DELETE FROM exchange WHERE {calls}")
    steps = _changed(record, f"DELETE FROM journey WHERE rowid IN ({lost})")
    looks = (_changed(record, f'DELETE FROM "{look}" WHERE {_OF_THESE.format(look=look)}') for look in _LOOKS)
    return steps + sum(looks) + _quicken(record)


def _quicken(record: Record) -> int:
    """Let waits last as long as they would have, at best, had nobody else wanted the processors; how many steps."""
    return _changed(
        record,
        "UPDATE journey SET duration = duration / times, first_token = first_token / times, sent = sent / times, "
        f"waits = waits / times FROM ({_SLOWED}) AS slowed WHERE journey.rowid = slowed.r",
    )


def _changed(record: Record, sql: str) -> int:
    """How many rows a statement has taken out or changed."""
    row = record.db.execute(sql).fetchone()
    return int(row[0]) if row else 0
