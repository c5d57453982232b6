"""Is what cannot succeed left alone?"""

from __future__ import annotations

from typing import Any

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, Case, count, listing
from brownout.checkers.permanent import PERMANENT, STATUSES, WORDLESS
from brownout.checkers.timeline import PHASE
from brownout.config.units import in_words
from brownout.expect import AnyExpect, NoFutileRetries
from brownout.verdict import Verdict

# The same call: same key (service, path, model, canary, instructions), account (key, host, payer) and bytes. Another
# one in any of these is a way out. Sent again is what began after the answer had ended, in the same phase, and before
# one of them was answered well; a call that healthy questions make several times in the same words may be so often, and
# each time that its user sent the question again.
_AGAIN = f"""
WITH sent AS (SELECT rowid AS r, *, {PHASE} AS place FROM exchange
              WHERE form = 'call' AND method = 'POST' AND request IS NOT NULL AND canary IS NOT NULL),
no AS (SELECT * FROM sent WHERE injected AND delivered AND how = 'written' AND fault IN {tuple(PERMANENT)}
       AND status >= 400 AND coalesce(retry_after, 0) = 0 AND (fault <> 'http_status' OR status IN {STATUSES})
       AND NOT (fault = 'quota_exhausted' AND status = 429 AND split_part(service, '.', 1) IN {WORDLESS})
       AND ({{everything}} OR canary IN (SELECT canary FROM journey WHERE {{where}}))
       QUALIFY row_number() OVER (PARTITION BY key, account, request, place ORDER BY t) = 1),
later AS (SELECT no.r AS first, again.r, again.t, again.t - (no.t + no.duration) AS after, again.attempt,
                 bool_or(again.status BETWEEN 200 AND 299) OVER (
                     PARTITION BY no.r ORDER BY again.t ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS over
          FROM no JOIN sent AS again ON again.key = no.key AND again.request = no.request
          AND again.account IS NOT DISTINCT FROM no.account AND again.place IS NOT DISTINCT FROM no.place
          AND again.t >= no.t + no.duration),
usual AS (SELECT service, max(times) - 1 AS more FROM (
              SELECT service, count(*) AS times FROM sent WHERE canary NOT IN (SELECT canary FROM sent WHERE injected)
              GROUP BY service, key, account, request) GROUP BY service),
resent AS (SELECT no.r AS first, count(*) AS sendings FROM no JOIN journey AS step ON step.canary = no.canary
           WHERE step.attempt > 0 AND step.t + step.sent >= no.t GROUP BY no.r),
vain AS (SELECT no.*, greatest(0, count(later.r) - coalesce(any_value(usual.more), 0)
                               - coalesce(any_value(sendings) * (1 + coalesce(any_value(usual.more), 0)), 0)) AS times,
                min(after) AS soonest, count(later.r) FILTER (later.attempt > 0) AS by_sdk
         FROM no LEFT JOIN later ON later.first = no.r AND over IS NOT TRUE LEFT JOIN usual USING (service)
         LEFT JOIN resent ON resent.first = no.r GROUP BY ALL)
"""


class NoFutileRetriesChecker:
    """Calls that were sent again, as they were, after an answer that no repetition can change."""

    name = "no_futile_retries"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one call that was sent again more than ``at_most`` times; SKIPPED where no call was refused so."""
        assert isinstance(expectation, NoFutileRetries)
        case = Case(record, expectation, _objective(expectation.at_most))
        if (unreached := case.unreached()) is not None:
            return unreached
        rows = _refused(case)
        if not rows:
            return _none_refused(case)
        wrong = [row for row in rows if row["times"] > expectation.at_most]
        if wrong:
            return _broken(case, rows, wrong)
        again = sum(row["times"] > 0 for row in rows)
        return case.held(
            f"{again:,} of {count(len(rows), 'refused call')} sent again",
            f"{count(len(rows), 'call')} got an answer that no repetition can change ({_faults(rows)}), "
            f"and {'were left at that' if not again else 'were sent again no more often than allowed'}.",
            samples=len(rows),
        )


def _objective(at_most: int) -> str:
    if not at_most:
        return "what cannot succeed is not sent again"
    return f"what cannot succeed is sent again at most {count(at_most, 'time')}"


def _refused(case: Case) -> list[dict[str, Any]]:
    """The calls that were refused for good, each with how often it was sent again, the worst first."""
    query = _AGAIN.format(everything="FALSE" if case.parameters else "TRUE", where=case.steps)
    return case.record.rows(f"{query} SELECT * FROM vain ORDER BY times DESC, t", case.parameters)


def _faults(rows: list[dict[str, Any]]) -> str:
    return listing({fault: sum(row["fault"] == fault for row in rows) for fault in {row["fault"] for row in rows}})


def _broken(case: Case, rows: list[dict[str, Any]], wrong: list[dict[str, Any]]) -> Verdict:
    times = sum(row["times"] for row in wrong)
    return case.broken(
        f"{len(wrong):,} of {count(len(rows), 'refused call')} sent again, {count(times, 'time')}",
        f"{count(len(wrong), 'call')} got an answer that no repetition can change ({_faults(wrong)}), and "
        f"{'was' if len(wrong) == 1 else 'were'} sent again as they were, up to {count(wrong[0]['times'], 'time')}.",
        samples=len(rows),
        evidence=evidence.told("exchange", [_row(row) for row in wrong[:EVIDENCE]], _words),
        next_step=_advice(wrong),
    )


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("place", "by_sdk")}


def _words(row: dict[str, Any]) -> str:
    return (
        f"{row['service']} answered {row['status']} ({row['fault']}) to {row['canary']}; the same call came again "
        f"{count(row['times'], 'time')}, first after {in_words(max(0.0, row['soonest']))}"
    )


def _advice(wrong: list[dict[str, Any]]) -> str:
    faults = [row["fault"] for row in wrong]
    most = max(sorted(set(faults)), key=faults.count)
    by_sdk, times = sum(row["by_sdk"] for row in wrong), sum(row["times"] for row in wrong)
    who = (
        "The SDK sends these again by itself (max_retries): switch that off for such errors."
        if by_sdk * 2 > times
        else "A loop around the SDK sends these again: let it repeat 408, 409, 429, 5xx and lost connections only."
    )
    return f"{who} After {most} ({PERMANENT[most].means}), {PERMANENT[most].instead}."


def _none_refused(case: Case) -> Verdict:
    nobody = "no call of a question was refused for good"
    known = tuple(sorted(PERMANENT))
    struck = case.record.rows(
        f"SELECT count(*) AS n, count(canary) AS marked, count(request) AS whole FROM exchange "
        f"WHERE injected AND delivered AND method = 'POST' AND fault IN {known} AND fault <> 'http_status'"
    )[0]
    if struck["n"] and not (struck["marked"] and struck["whole"]):
        return case.unknown(
            nobody,
            f"{count(struck['n'], 'call')} were refused for good, and it is not known which call repeats which: "
            f"{'they carry no canary' if struck['whole'] else 'this journal does not say what was sent'}.",
        )
    rules = [rule["id"] for rule in case.rules if rule["fault"] in PERMANENT and rule["fault"] != "http_status"]
    if rules and not struck["n"]:
        return case.unknown(
            nobody,
            f"No call was refused for good, although {', '.join(rules)} should have.",
            next_step="See injection_proof: it says why these rules struck nothing.",
        )
    return case.not_exercised(nobody)
