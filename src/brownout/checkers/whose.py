"""Whose failure it was that a question met: told from the faults of its calls, for checks on how failures are told."""

from __future__ import annotations

from typing import Any

from brownout.checkers.case import Case, count
from brownout.verdict import Verdict

CALLERS = ("content_refused", "context_too_long", "too_large")
"""Faults by which the platform says that the prompt itself is to blame: another one would be answered."""
_UNCLEAR = ("misleading_error", "quota_exhausted")
"""The first is an outage in the guise of somebody's mistake, and the second is the operator's to pay."""
_SPOILT = (
    "answer_cut",
    "answer_truncated",
    "broken_json",
    "empty_answer",
    "keepalives_only",
    "stream_corrupt",
    "stream_cut",
    "stream_error",
    "stream_incomplete",
    "stream_reset",
    "stream_stall",
    "wrong_content_type",
)
"""Faults inside a 200 that leave no whole answer."""

# What each call of a question was. A fault that did not arrive, or that was let go by us, explains nothing; neither
# does a failure that no fault made. What was answered with a 4xx may be anybody's mistake, but for those above.
_KIND = f"""
CASE WHEN NOT injected AND status BETWEEN 200 AND 299 AND "end" = 'complete' THEN 'fine'
     WHEN NOT injected OR delivered IS NOT TRUE OR how IN ('released', 'client_gone') THEN 'unsure'
     WHEN fault IN {CALLERS} THEN 'caller'
     WHEN fault IN {_UNCLEAR} THEN 'unsure'
     WHEN status IS NULL OR status >= 500 OR status IN (408, 429) THEN 'platform'
     WHEN fault = 'answer_refused' THEN 'said'
     WHEN status NOT BETWEEN 200 AND 299 THEN 'unsure'
     WHEN fault IN {_SPOILT} OR how = 'client_left' THEN 'spoilt' ELSE 'fine' END
"""
# ``met`` has the questions that met a fault, each with what its calls were in all (``platform``, ``caller``: whatever
# failed failed so, and so did the last one), and with what is seen of questions in the same step whose calls went well:
# what these get is nobody's failure. Calls that began after the user had the answer explain nothing of it. Where others
# were sent elsewhere after their prompt was refused, and this one was not (``everywhere``), a way out was closed to it.
# ``quoted``: its user was shown words of an error that was sent to the application for it.
_QUESTIONS = f"""
WITH asked AS (SELECT rowid AS r, *, {{where}} AS meant FROM journey WHERE asks),
call AS (SELECT r, injected AND delivered IS TRUE AS struck, injected, began, kind, place,
                coalesce(got >= 400 AND list_has_any(asked.prints, upstream.sent), FALSE) AS quoted,
                got IS NULL OR got IN (408, 429) OR got > 501 AS down, coalesce(wait > 0, FALSE) AS named
         FROM asked JOIN (SELECT canary, via, injected, delivered, t AS began, status AS got, retry_after AS wait,
                                 prints AS sent, {_KIND} AS kind, (service, model) AS place
                          FROM exchange) AS upstream USING (canary)
         WHERE upstream.via <> 'inbound' AND began < over_at),
fate AS (SELECT r, bool_or(struck) AS met, bool_and(kind = 'fine' AND NOT injected) AS well,
                bool_and(kind IN ('platform', 'fine')) AND arg_max(kind, began) = 'platform' AS platform,
                bool_and(kind IN ('caller', 'fine')) AND arg_max(kind, began) = 'caller' AS caller,
                bool_or(kind = 'caller') AS blamed, bool_or(struck AND kind <> 'fine') AS hurt,
                bool_and(kind IN ('platform', 'spoilt')) AS vain, count(DISTINCT place) AS places,
                bool_or(quoted) AS quoted, bool_and(kind = 'platform') AS barred,
                arg_max(down, began) AS down, arg_max(named, began) AS named
         FROM call GROUP BY r),
ways AS (SELECT journey, max(places) AS most FROM asked JOIN fate USING (r) WHERE blamed GROUP BY journey),
well AS (SELECT asked.* FROM asked JOIN fate USING (r) WHERE well),
met AS (SELECT asked.*, fate.* EXCLUDE r, coalesce(places >= most, TRUE) AS everywhere,
               EXISTS (SELECT 1 FROM well WHERE well.journey = asked.journey AND well.step = asked.step
                       AND well.status = asked.status AND well.outcome <> 'ok') AS usual_status,
               EXISTS (SELECT 1 FROM well WHERE well.journey = asked.journey AND well.step = asked.step
                       AND (well.told = asked.told OR well.digest = asked.digest)) AS usual_words
        FROM asked JOIN fate USING (r) LEFT JOIN ways ON ways.journey = asked.journey WHERE meant AND met)
"""


def questions(case: Case, rest: str) -> list[dict[str, Any]]:
    """Rows of a query on ``met``: the questions of this case that met a fault, and what their calls were."""
    return case.record.rows(_QUESTIONS.format(where=case.steps) + rest, case.parameters)


def none_met(case: Case) -> Verdict:
    """The verdict where no question met a fault: UNKNOWN where faults struck calls that belong to nobody."""
    unmarked = case.record.value(
        "SELECT count(*) FROM exchange WHERE injected AND delivered AND canary IS NULL AND via <> 'inbound' "
        "AND service NOT LIKE '%.connection' AND method = 'POST'"
    )
    marked = case.record.value("SELECT count(*) FROM exchange WHERE injected AND canary IS NOT NULL")
    if unmarked and not marked:
        return case.unknown(
            "no question is known to have met a fault",
            f"{count(unmarked, 'call')} that met a fault carry no canary, so it is not known which questions they "
            "belong to: the user's text does not reach the prompt, or is rewritten on the way.",
        )
    return case.not_exercised("no question met a fault")
