"""How a call that says nobody's words comes to its question: by a query that pairs the two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import duckdb

LATE = 1.0
"""Seconds after a user has left in which a call that goes on with their conversation may still begin."""
Method: TypeAlias = Literal["canary", "id", "traceparent", "baggage", "conversation", "window"]
"""By what a call was joined: see ``joins``."""
METHODS: tuple[Method, ...] = get_args(Method)
"""All of them, the surest first."""


@dataclass(frozen=True)
class Way:
    """A query that pairs calls with questions, what that is called, and what a call must have for it, in SQL."""

    method: Method
    needs: str
    pairs: str


def adopt(db: duckdb.DuckDBPyConnection, method: Method, pairs: str) -> bool:
    """Join calls to the questions that a query pairs them with, by rowid ``r`` and ``canary``; whether there were any.

    A call whose ``canary`` is NULL there is known to belong to no question.
    """
    db.execute(f"CREATE OR REPLACE TEMP TABLE pair AS {pairs}")  # which read the very rows that are changed then
    changed = db.execute(
        f"UPDATE exchange SET canary = pair.canary, joined = '{method}', tied = pair.canary IS NOT NULL "
        "FROM pair WHERE exchange.rowid = pair.r AND joined IS NULL"
    ).fetchone()
    db.execute("DROP TABLE pair")
    return bool(changed and changed[0])
