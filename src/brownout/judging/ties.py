"""Ties calls that carry no canary to the question for which the platform made what they name. SQL on an open journal.

Nobody repeats a user's words to look what became of a background response, a run, a batch, a file: such a call names an
id, and the answer to a call with the canary had it. Chains count: of a file a batch, of a batch its results.
"""

from __future__ import annotations

import duckdb

from brownout.judging.adoption import LATE, adopt

_LONGEST_CHAIN = 8

# The path's own ids are more exact the later they come: a thread, then its run. Google's methods stand behind a colon.
_IDS = "list_concat(coalesce(names, []), string_split(regexp_replace(path, ':[A-Za-z]+$', ''), '/'))"
_ORPHANS = f"""
CREATE OR REPLACE TEMP TABLE orphan AS
SELECT r, t, unnest(ids) AS id, generate_subscripts(ids, 1) AS place FROM (
    SELECT rowid AS r, t, {_IDS} AS ids FROM exchange WHERE joined IS NULL AND via <> 'inbound')
"""
# An id that answers gave to two questions (one that a fault made up, a store that all share) belongs to neither.
_MAKERS = """
SELECT id, any_value(canary) AS canary FROM (SELECT canary, unnest(made) AS id FROM exchange WHERE canary IS NOT NULL)
GROUP BY id HAVING count(DISTINCT canary) = 1
"""
_BY_MAKER = f"""
SELECT r, arg_max(maker.canary, place) AS canary FROM orphan JOIN ({_MAKERS}) AS maker USING (id) GROUP BY r
"""
# A thread or a conversation goes from question to question: who looks at it looks for the latest, while that is open.
# Who names something more exact, which a call made that is itself not tied yet, waits until that is.
_BY_SPEAKER = f"""
WITH known AS (SELECT DISTINCT unnest(made) AS id FROM exchange),
pending AS (SELECT r, max(place) AS place FROM orphan JOIN (
    SELECT DISTINCT unnest(made) AS id FROM exchange WHERE canary IS NULL) USING (id) GROUP BY r),
left_at AS (SELECT canary, max(t + duration) + {LATE} AS t FROM journey WHERE canary IS NOT NULL GROUP BY canary),
speaker AS (SELECT said.t, said.canary, id, left_at.t AS until FROM (
        SELECT t, canary, unnest({_IDS}) AS id FROM exchange
        WHERE canary IS NOT NULL AND NOT tied AND via <> 'inbound') AS said
    SEMI JOIN known USING (id) LEFT JOIN left_at USING (canary)),
latest AS (SELECT orphan.r, orphan.t, orphan.place, speaker.canary, speaker.until
           FROM orphan ASOF JOIN speaker ON orphan.id = speaker.id AND orphan.t >= speaker.t)
SELECT r, arg_max(canary, latest.place) AS canary FROM latest LEFT JOIN pending USING (r)
WHERE latest.place >= coalesce(pending.place, 0) AND latest.t <= coalesce(until, latest.t) GROUP BY r
"""


def tie(db: duckdb.DuckDBPyConnection) -> None:
    """Give calls without a canary the one of the question for which what they name was made."""
    if not db.execute("SELECT 1 FROM exchange WHERE len(made) > 0 LIMIT 1").fetchone():
        return
    for _ in range(_LONGEST_CHAIN):
        db.execute(_ORPHANS)
        if not any([adopt(db, "id", _BY_MAKER), adopt(db, "id", _BY_SPEAKER)]):
            break
    db.execute("DROP TABLE orphan")
