"""Joins each call to the question that it was made for, and says by what in the column ``joined``. SQL on a journal.

In this order: by the ``canary`` in its words; by an ``id`` that the platform made for the question; by the trace id of
a ``traceparent``, or a canary in ``baggage``, that the application passed on; by a value that belongs to one user's
``conversation``; by the ``window``, where one question alone was open when the call began, which is a guess. Where
several questions could be meant, it is joined to none.
"""

from __future__ import annotations

import duckdb

from brownout.judging import traces, whose, window
from brownout.judging.adoption import adopt
from brownout.judging.ties import tie


def join(db: duckdb.DuckDBPyConnection) -> None:
    """Give calls the canary of their question; ``tied`` says that it is not in their own words."""
    db.execute("ALTER TABLE exchange ADD COLUMN joined VARCHAR")
    db.execute("ALTER TABLE exchange ADD COLUMN tied BOOLEAN DEFAULT FALSE")
    db.execute("UPDATE exchange SET joined = 'canary' WHERE canary IS NOT NULL")
    window.look(db)
    tie(db)
    adopted = [adopt(db, way.method, way.pairs) for way in (*traces.WAYS, *whose.WAYS) if _any(db, way.needs)]
    if any(adopted):
        tie(db)  # what was made for them is known now
    adopt(db, "window", window.PAIRS)
    _pass_on(db)


def _any(db: duckdb.DuckDBPyConnection, condition: str) -> bool:
    return db.execute(f"SELECT 1 FROM exchange WHERE joined IS NULL AND {condition} LIMIT 1").fetchone() is not None


def _pass_on(db: duckdb.DuckDBPyConnection) -> None:
    """A result of a tool belongs to the question of the call that handed it back, but for a guess."""
    db.execute(
        "UPDATE tool SET canary = exchange.canary FROM exchange WHERE tool.canary IS NULL AND exchange.tied "
        "AND exchange.joined <> 'window' AND tool.w = exchange.w AND tool.exchange = exchange.id"
    )
