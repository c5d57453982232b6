"""What users said in turns that were refused or failed: how much of it there was, and what is gone of it."""

from __future__ import annotations

from dataclasses import dataclass

from brownout.checkers.case import Case

# An application is known to have had a message where it answered that its turn failed, called the platform for it, or
# took it from a channel. One that says that the request itself is wrong (another 4xx) had nothing to keep.
_HAD = """
SELECT canary FROM journey WHERE canary IS NOT NULL AND (status >= 500 OR status IN (408, 429))
UNION SELECT canary FROM exchange WHERE via <> 'inbound' OR status BETWEEN 200 AND 299
"""
_TURNS = f"""
WITH look AS (SELECT * FROM history WHERE {{where}}),
gone AS (SELECT DISTINCT unnest(unkept) AS canary FROM look WHERE readable),
latest AS (SELECT journey, "user", max(t) AS t FROM look WHERE readable GROUP BY ALL),
failed AS (SELECT canary FROM journey AS step JOIN latest USING (journey, "user")
           WHERE step.t <= latest.t AND channel <> 'meta_ai' GROUP BY canary HAVING NOT bool_or(acknowledged))
SELECT (SELECT count(*) FROM (SELECT * FROM failed UNION SELECT * FROM gone) SEMI JOIN ({_HAD}) USING (canary)) AS n,
       (SELECT coalesce(list(canary ORDER BY canary), []) FROM gone SEMI JOIN ({_HAD}) USING (canary)) AS gone
"""


@dataclass(frozen=True)
class Turns:
    """How many turns failed of which the application had the words, and the canaries of those that left no trace."""

    number: int = 0
    gone: tuple[str, ...] = ()


def turns(case: Case) -> Turns:
    """The failed turns of users who looked at their history in the phases that are meant."""
    row = case.record.rows(_TURNS.format(where=case.where), case.parameters)[0]
    return Turns(row["n"], tuple(row["gone"]))
