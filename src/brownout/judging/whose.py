"""Joins calls by values that belong to one user's conversation: its id, the user's name, an idempotency key. SQL.

A value is known by the calls that have the canary as well, and by what the user kept of answers. It counts where all
that is known of it is one user's, and where its name holds several such values: what every call says proves nothing.
"""

from __future__ import annotations

from brownout.judging.adoption import LATE, Way

# A question is over soon after its answer; one without an answer may be worked on until its user asks the next.
_PAIRS = f"""
WITH call AS (SELECT rowid AS r, t, canary, joined, unnest(whose) AS value FROM exchange WHERE via <> 'inbound'),
asked AS (SELECT journey, "user", iteration, canary, min(t) AS t, max(t + duration) AS till,
                 bool_or(outcome = 'ok') AS answered
          FROM journey WHERE canary IS NOT NULL GROUP BY ALL),
question AS (SELECT *, least(CASE WHEN answered THEN till + {LATE} ELSE 'infinity'::DOUBLE END,
                             lead(t, 1, 'infinity'::DOUBLE) OVER (PARTITION BY journey, "user" ORDER BY t)) AS until
             FROM asked),
kept AS (SELECT DISTINCT unnest(kept) AS digest, journey, "user", iteration FROM journey),
owner AS (SELECT value, journey, "user", iteration FROM call JOIN question USING (canary)
          UNION SELECT value, journey, "user", iteration FROM call JOIN kept ON split_part(value, ':', 2) = digest),
single AS (SELECT value, split_part(value, ':', 1) AS name FROM owner
           GROUP BY value HAVING count(DISTINCT (journey, "user")) = 1),
telling AS (SELECT name FROM single GROUP BY name HAVING count(*) > 1),
speaker AS (SELECT value, question.t, question.canary, until
            FROM owner SEMI JOIN (FROM single SEMI JOIN telling USING (name)) AS sure USING (value)
            JOIN question USING (journey, "user", iteration)),
latest AS (SELECT call.r, call.t, speaker.canary, until FROM (FROM call WHERE joined IS NULL) AS call
           ASOF JOIN speaker ON call.value = speaker.value AND call.t >= speaker.t)
SELECT r, any_value(canary) AS canary FROM latest WHERE t < until GROUP BY r HAVING count(DISTINCT canary) = 1
"""

WAYS = (Way("conversation", "len(whose) > 0", _PAIRS),)
"""The one way of this kind."""
