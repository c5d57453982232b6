"""Joins calls to the one question that was open in the whole load when they began: a guess. SQL on an open journal."""

from __future__ import annotations

import duckdb

from brownout.judging.adoption import LATE

# ``waiting``: from each moment on, how many steps are open or were a second ago, and, of one alone, its rowid.
_WAITING = f"""
CREATE TEMP TABLE waiting AS
WITH change AS (SELECT t AS since, 1 AS step, rowid AS r FROM journey
                UNION ALL SELECT t + duration + {LATE}, -1, -rowid FROM journey)
SELECT since, (sum(sum(step)) OVER moments)::BIGINT AS steps, (sum(sum(r)) OVER moments)::BIGINT AS which
FROM change GROUP BY since WINDOW moments AS (ORDER BY since)
"""

PAIRS = """
SELECT call.r, step.canary FROM (
    SELECT rowid AS r, t FROM exchange WHERE joined IS NULL AND method = 'POST' AND via <> 'inbound') AS call
ASOF JOIN waiting ON call.t >= waiting.since
JOIN journey AS step ON step.rowid = which
WHERE steps = 1 AND step.asks AND step.canary IS NOT NULL AND call.t < step.t + step.duration
"""
"""SQL: calls, each with the question that it may be for; a step that asks nothing counts as a candidate too."""


def look(db: duckdb.DuckDBPyConnection) -> None:
    """Make the table ``waiting``: who had a step open when."""
    db.execute(_WAITING)
