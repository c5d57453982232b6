"""Joins calls by what an application passes on of the request that it answers: trace ids, and a canary in baggage. SQL.

A trace id that several conversations share belongs to none. A connection that stays open has one for all that is said
on it: its calls belong to what was asked last.
"""

from __future__ import annotations

from brownout.judging.adoption import LATE, Way

_STEPS = """
step AS (SELECT trace, t, canary FROM journey SEMI JOIN (
    SELECT trace FROM journey WHERE trace IS NOT NULL GROUP BY trace
    HAVING count(DISTINCT (journey, "user", iteration)) = 1) USING (trace))
"""
_CALLS = "SELECT rowid AS r, t, trace, baggage FROM exchange WHERE joined IS NULL AND via <> 'inbound'"
# Of a step that asks nothing it is known as well: such a call belongs to no question.
_BY_TRACE = f"""
WITH {_STEPS}
SELECT r, call.t, step.canary FROM ({_CALLS} AND trace IS NOT NULL) AS call
ASOF JOIN step ON call.trace = step.trace AND call.t >= step.t
"""
# An application that begins traces of its own still has one for all calls of a request.
_BY_SIBLING = f"""
WITH sibling AS (
    SELECT trace, any_value(canary) AS canary FROM exchange WHERE trace IS NOT NULL AND canary IS NOT NULL
    GROUP BY trace HAVING count(DISTINCT canary) = 1)
SELECT r, call.t, sibling.canary FROM ({_CALLS} AND trace IS NOT NULL) AS call JOIN sibling USING (trace)
ANTI JOIN (SELECT trace FROM journey WHERE trace IS NOT NULL) USING (trace)
"""
# What stands in the baggage of a connection is the first question: by its trace the latest is known.
_BY_BAGGAGE = f"""
WITH {_STEPS},
asked AS (SELECT canary, min(trace) AS trace FROM journey WHERE canary IS NOT NULL GROUP BY canary),
call AS (SELECT r, call.t, asked.canary, asked.trace
         FROM ({_CALLS} AND baggage IS NOT NULL) AS call JOIN asked ON baggage = canary)
SELECT r, call.t, coalesce(step.canary, call.canary) AS canary
FROM call ASOF LEFT JOIN step ON call.trace = step.trace AND call.t >= step.t
"""


def _while_open(pairs: str) -> str:
    """These pairs; what begins well after a question was answered is known to be for none.

    A loop that a request started first goes on under that request's trace as long as the application runs.
    """
    return f"""
    SELECT r, CASE WHEN pair.t <= coalesce(answered.until, pair.t) THEN canary END AS canary FROM ({pairs}) AS pair
    LEFT JOIN (SELECT canary, max(t + duration) + {LATE} AS until FROM journey WHERE canary IS NOT NULL
               GROUP BY canary HAVING bool_or(asks AND outcome = 'ok')) AS answered USING (canary)
    """


WAYS = (
    Way("traceparent", "trace IS NOT NULL", _while_open(_BY_TRACE)),
    Way("traceparent", "trace IS NOT NULL", _while_open(_BY_SIBLING)),
    Way("baggage", "baggage IS NOT NULL", _while_open(_BY_BAGGAGE)),
)
"""In the order in which they are asked."""
