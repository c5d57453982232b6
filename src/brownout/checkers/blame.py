"""Is a failure told as the failure of whoever failed?"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import Case, count, listing
from brownout.checkers.whose import none_met, questions
from brownout.expect import AnyExpect, Blame
from brownout.verdict import Evidence, Verdict

_MOMENT = (408, 409, 423, 424, 425, 429, 499)
"""Statuses of 4xx that blame nobody, or the moment: https://www.rfc-editor.org/rfc/rfc9110#section-15.5,
https://www.rfc-editor.org/rfc/rfc4918#section-11."""
_NOT_NOW = (501, 505)
"""Statuses of 5xx that speak of the request all the same."""
_LATER = r"temporarily unavailable|try again (later|soon|shortly|in an? )|overloaded|at capacity|high demand"
"""Words by which a text says that the service is down. They are looked for in an error that its status tells, or the
profile's mark: what stands in a plain success is honest_errors' business."""

_TOLD = f"""
, seen AS (SELECT *, CASE
    WHEN outcome = 'error' AND platform AND status BETWEEN 400 AND 499 AND NOT usual_status
         AND NOT list_contains({list(_MOMENT)} || {{allow}}, status) THEN 'user'
    WHEN NOT caller OR usual_status OR list_contains({{allow}}, status) THEN NULL
    WHEN outcome = 'refused' THEN 'platform'
    WHEN outcome = 'error' AND (status = 429 OR (status >= 500 AND status NOT IN {_NOT_NOW})) THEN 'platform'
    WHEN outcome = 'error' AND (status BETWEEN 400 AND 499 OR (told = 'shown' AND (streamed OR channel <> 'http')))
         AND regexp_matches(detail, '{_LATER}', 'i') THEN 'words'
    END AS whose FROM met WHERE platform OR (caller AND everywhere))
"""
_ADVICE = {
    "user": "Do not pass a failure of the platform on as a 4xx: its users look for a mistake of their own. Answer 502, "
    "503 or 504, and keep 4xx for requests that another request would mend.",
    "platform": "Tell what the prompt has to do with it, with a 4xx and words of your own (too long, not allowed): "
    "whoever is told that the service is down comes again with the same prompt.",
}


class BlameChecker:
    """Failures of the platform that are told as the user's mistake, and the reverse."""

    name = "blame"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one such failure; SKIPPED where it is not known of any whose it was."""
        assert isinstance(expectation, Blame)
        objective = "the platform's failure is not told as the user's mistake, nor the prompt's own as an outage"
        case = Case(record, expectation, objective)
        if (unreached := case.unreached()) is not None:
            return unreached
        rows = questions(
            case,
            f"{_TOLD.format(allow=list(expectation.allow) or '[]::INTEGER[]')} "
            "SELECT r, whose, status, platform, outcome FROM seen ORDER BY r",
        )
        if not rows:
            if not questions(case, "SELECT r FROM met LIMIT 1"):
                return none_met(case)
            return case.not_exercised("no question failed for a reason that is clearly the platform's or the prompt's")
        wrong = [row for row in rows if row["whose"]]
        if wrong:
            return _broken(case, rows, wrong)
        sides = _sides(rows)
        return case.held(
            f"0 of {count(len(rows), 'question')} told with the wrong blame",
            f"No failure was put on the wrong side: {sides}.",
            samples=len(rows),
        )


def _sides(rows: list[dict[str, Any]]) -> str:
    platform = sum(row["platform"] for row in rows)
    return f"the platform failed {count(platform, 'question')}, and refused the prompt of {len(rows) - platform:,}"


def _broken(case: Case, rows: list[dict[str, Any]], wrong: list[dict[str, Any]]) -> Verdict:
    named = Counter(_words(row) for row in wrong)
    most = Counter("user" if row["whose"] == "user" else "platform" for row in wrong)
    return case.broken(
        f"{len(wrong):,} of {count(len(rows), 'question')} told with the wrong blame: {listing(dict(named))}",
        f"{count(len(wrong), 'failure')} put on the wrong side: {listing(dict(named))}. In all, {_sides(rows)}.",
        samples=len(rows),
        evidence=_proof(case, wrong),
        next_step=" ".join(_ADVICE[side] for side, _ in most.most_common()),
    )


def _words(row: dict[str, Any]) -> str:
    if row["whose"] == "user":
        return f"HTTP {row['status']} for the platform's failure"
    if row["whose"] == "words":
        return "words of an outage for the prompt's own"
    return f"HTTP {row['status']} for the prompt's own"


def _proof(case: Case, wrong: list[dict[str, Any]]) -> tuple[Evidence, ...]:
    rows = ", ".join(str(row["r"]) for row in wrong)
    proofs = evidence.journeys(case.record, f"rowid IN ({rows})", (), apart="status")
    return tuple(
        replace(proof, text=f"{proof.text}; shown: {proof.row.get('detail') or 'nothing'}") for proof in proofs
    )
