"""Does the application wait as long as the platform asked it to?"""

from __future__ import annotations

from typing import Any

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, Case, count, listing
from brownout.checkers.contrast import shorter, wait_asked
from brownout.checkers.joins import joins_of, open_by
from brownout.config.units import in_words
from brownout.expect import AnyExpect, RetryAfterHonoured
from brownout.verdict import Verdict

_ASKING = frozenset(("overload", "overloaded", "rate_limit"))
_WAITS = "retry_after > 0 AND status IN (200, 429, 503, 529) AND delivered IS DISTINCT FROM FALSE"
"""SQL: a call whose answer asked for a wait."""

# The same logical request: same canary, account, service and model, and of what is looked up the same thing. Another
# user's identical words carry another canary; another account, provider or model is a fallback and free to go at once;
# what was already in flight is no retry. A wait in a 200 stands in the error that ended its stream. What a user sent
# again meanwhile is a request of its own, as another user's would be.
_EARLY = """
WITH wait AS (SELECT rowid AS r, canary, account, service, model, method, path,
                     t + CASE WHEN status = 200 THEN duration ELSE coalesce(first_byte, duration) END AS answered,
                     t + duration + retry_after AS until, t + duration AS told
              FROM exchange
              WHERE {waits}
              AND ({everything} OR canary IN (SELECT canary FROM journey WHERE {where}))),
early AS (SELECT r, min(again.t) - any_value(told) AS waited
          FROM wait JOIN exchange AS again ON again.canary = wait.canary AND again.service = wait.service
          AND again.account IS NOT DISTINCT FROM wait.account AND again.model IS NOT DISTINCT FROM wait.model
          AND again.method = wait.method AND (again.method = 'POST' OR again.path = wait.path)
          AND again.t > answered AND again.t < until - {tolerance}
          WHERE NOT EXISTS (SELECT 1 FROM journey AS step WHERE step.canary = wait.canary AND step.attempt > 0
                            AND step.t + step.sent > answered AND step.t + step.sent <= again.t)
          GROUP BY r)
"""


class RetryAfterHonouredChecker:
    """Calls of the same logical request before the time that the platform asked for, wherever it said so."""

    name = "retry_after_honoured"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one early call; UNKNOWN where nobody was asked to wait although a rule should have."""
        assert isinstance(expectation, RetryAfterHonoured)
        case = Case(record, expectation, "nobody calls again before the time that the platform asked for")
        if (unreached := case.unreached()) is not None:
            return unreached
        query = _EARLY.format(
            waits=_WAITS,
            everything="FALSE" if case.parameters else "TRUE",
            where=case.steps,
            tolerance=repr(expectation.tolerance),
        )
        row = record.rows(
            f"{query} SELECT count(*) AS n, count(canary) AS known, count(waited) AS early "
            "FROM wait LEFT JOIN early USING (r)",
            case.parameters,
        )[0]
        if not row["known"]:
            return _nobody_asked(case, row["n"])
        measured = f"{row['early']:,} of {count(row['known'], 'wait')} cut short"
        if not row["early"]:
            finding = (
                f"None of {count(row['known'], 'request')} that were asked to wait came again too soon.{_short(record)}"
            )
            joins = joins_of(record, _WAITS)
            if joins.weak:
                return open_by(case, joins, measured, finding, row["known"])
            return case.held(measured, finding, samples=row["known"])
        return _broken(case, query, row, measured)


def _broken(case: Case, query: str, row: dict[str, Any], measured: str) -> Verdict:
    rows = case.record.rows(
        f"{query} SELECT exchange.*, early.waited FROM early JOIN exchange ON exchange.rowid = r "
        f"ORDER BY early.waited - retry_after, t LIMIT {EVIDENCE}",
        case.parameters,
    )
    worst = rows[0]
    return case.broken(
        measured,
        f"{row['early']:,} of {count(row['known'], 'request')} that the platform asked to wait came again too soon: "
        f"the hastiest after {_too_soon(worst)} instead of {wait_asked(worst['retry_after'])}."
        f"{_short(case.record)}",
        samples=row["known"],
        evidence=evidence.told("exchange", rows, _words),
        next_step="Read retry-after (and retry-after-ms) before retrying; if that is longer than a user's patience, "
        "fall back to another model or provider, or say so, instead of calling again.",
    )


def _short(record: Record) -> str:
    """That every wait was made short by the drill's speed, where it was: a long one might be borne less well."""
    rules = {rule["id"]: rule.get("wait") for rule in record.drill["rules"]}
    waits = [
        (row["asked"], rules.get(row["rule"]))
        for row in record.rows(
            "SELECT rule, retry_after AS asked FROM exchange WHERE retry_after > 0 AND status IN (429, 503, 529) "
            "AND delivered IS DISTINCT FROM FALSE"
        )
    ]
    speed = float(record.drill["speed"])
    if not waits or not all(wait and not wait["real"] and asked < wait["asked"] / 2 for asked, wait in waits):
        return ""
    longest, named = max((asked, wait["asked"]) for asked, wait in waits if wait)
    rounded = ", rounded up to whole seconds" if longest > 1.05 * named / speed else ""
    all_waits = "The one wait was" if len(waits) == 1 else f"All {len(waits):,} waits were"
    return (
        f" {all_waits} made short by speed {speed:g}{rounded}: where the scenario says {in_words(named)}, the drill "
        f"asked for {in_words(longest)}. Whether a long wait is borne is not shown: keep one real (real: true on its "
        "rule), or lower --speed."
    )


def _words(row: dict[str, Any]) -> str:
    return (
        f"{row['service']} answered {row['status']} and asked for {wait_asked(row['retry_after'])}; "
        f"{row['canary']} called again after {_too_soon(row)}"
    )


def _too_soon(row: dict[str, Any]) -> str:
    return shorter(max(0.0, row["waited"]), row["retry_after"])


def _nobody_asked(case: Case, unknown: int) -> Verdict:
    nobody = "nobody was asked to wait (0 cases)"
    if unknown:
        return case.unknown(
            nobody,
            f"{count(unknown, 'answer')} asked for a wait, but to calls without a canary: "
            "it is not known which call repeats which.",
        )
    asking = {rule["id"]: _strikes(case, rule["id"]) for rule in case.rules if _should_ask(rule)}
    if asking and not any(asking.values()):
        return case.unknown(
            nobody,
            f"No answer asked anybody to wait, although {', '.join(asking)} should have.",
            next_step="See injection_proof: it says why these rules struck nothing.",
        )
    wordless = {rule["id"]: asking[rule["id"]] for rule in case.rules if rule.get("waits") and asking[rule["id"]]}
    if wordless:
        return case.unknown(
            nobody,
            f"{listing(wordless)} struck, and retry_after is given there, but no answer named a wait: not every "
            "platform has words for one.",
            next_step="Leave retry_after out where the platform names no wait (docs/checkers.md says which do).",
        )
    return case.not_exercised(nobody)


def _should_ask(rule: dict[str, Any]) -> bool:
    """Whether it asks clients to wait: where it was written down, and by a rate limit anyway."""
    fault = rule.get("fault")
    return bool(rule.get("waits", fault in _ASKING) or fault == "rate_limit")


def _strikes(case: Case, rule: str) -> int:
    return int(case.record.value("SELECT count(*) FROM exchange WHERE delivered AND rule = ?", [rule]) or 0)
