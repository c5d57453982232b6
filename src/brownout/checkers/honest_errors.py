"""Is a failure told as one?"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import Case, count, listing
from brownout.checkers.whose import none_met, questions
from brownout.expect import AnyExpect, HonestErrors
from brownout.verdict import Evidence, Verdict

ALIKE = 3
"""So many questions that failed have to get the very same words before these are an excuse, and no answer."""

# A 202 promises an answer, and a 204 or 205 has none by its nature. On WhatsApp there is no status, and people read
# what comes. Where an answer may have begun (a stream, an open connection), words are the only means, and are believed
# unless no call of the question brought anything. What the caller is to blame for is another check's.
_FAILURES = f"""
, failed AS (SELECT *, coalesce(status, 200) BETWEEN 200 AND 299
                       AND coalesce(status, 200) NOT IN (202, 204, 205) AS fine,
                    streamed OR channel <> 'http' AS in_band, channel IN ('whatsapp', 'meta_ai') AS spoken
             FROM met WHERE outcome NOT IN ('ok', 'half', 'hung')),
alike AS (SELECT digest FROM failed WHERE told = 'excuse' AND vain AND NOT usual_words
          GROUP BY digest HAVING count(*) >= {ALIKE} AND count(DISTINCT (journey, "user")) > 1),
seen AS (SELECT *, CASE
    WHEN outcome = 'empty' AND fine AND hurt THEN
        CASE WHEN told IS DISTINCT FROM 'nothing' THEN 'unread' WHEN NOT usual_words THEN 'empty' END
    WHEN outcome = 'error' AND fine AND NOT blamed AND NOT spoken AND NOT noticed THEN CASE
        WHEN told = 'shown' AND NOT in_band AND {{marks}} AND NOT usual_words THEN 'marked'
        WHEN (told = 'words' OR quoted) AND told <> 'shown' AND (barred OR NOT in_band) AND NOT usual_words THEN 'words'
        WHEN told = 'excuse' AND (barred OR (vain AND NOT in_band)) THEN
            CASE WHEN digest IN (SELECT digest FROM alike) THEN 'excuse' WHEN NOT usual_words THEN 'unread' END
        WHEN told IS NULL THEN 'unread' END
    WHEN outcome = 'error' AND platform AND down AND NOT usual_status
         AND (status BETWEEN 500 AND 519 OR status = 429) THEN CASE
        WHEN NOT list_contains({{statuses}}, status) THEN 'status'
        WHEN status IN (429, 503) AND retry_after IS NULL AND named AND {{required}} THEN 'no time' END
    END AS how FROM failed)
"""
_MET = (
    "SELECT r, met.outcome, met.status, how, seen.r IS NOT NULL AS failed FROM met LEFT JOIN seen USING (r) ORDER BY r"
)
_WORDS = {
    "empty": "with nothing in a success",
    "excuse": "with an excuse in the place of the answer",
    "marked": "with an error in a success",
    "words": "with an error's words in the place of the answer",
    "no time": "without the platform's time to come back",
}
_ADVICE = {
    "empty": "Treat an empty answer as a failure: ask again or fall back, and else end with a 502 or 503, or an error "
    "that the client can tell from an answer.",
    "excuse": "Do not put an excuse where an answer belongs: clients, histories and monitors take it for one. Answer "
    "with 502, 503 or 504; in a stream, send an event of its own. Where it is meant so, mark it (error in reply) and "
    "say marks: anywhere.",
    "marked": "Answer with 502, 503 or 504 and not with 200, or monitors and clients see no failure; where a success "
    "with an error in it is meant, say marks: anywhere.",
    "words": "Catch the error where the reply is built, and answer with 502, 503 or 504 and a message of your own.",
    "status": "Answer 503 with Retry-After (or 429, 502, 504) where the platform is overloaded or cannot be reached; "
    "where another status is meant, allow it (allow: [500]).",
    "no time": "Pass the platform's Retry-After on with your 429 or 503, so that clients know when to come back; or "
    "say retry_after: ignored.",
}


class HonestErrorsChecker:
    """Failures that look like a success, or like a failure of another kind, to whoever asked."""

    name = "honest_errors"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one such failure; UNKNOWN where only the profile's author can say what an answer was."""
        assert isinstance(expectation, HonestErrors)
        case = Case(record, expectation, "every failure is told as one, by the right status where there is one")
        if (unreached := case.unreached()) is not None:
            return unreached
        met = questions(case, f"{_query(expectation)} {_MET}")
        if not met:
            return none_met(case)
        failures = [row for row in met if row["failed"]]
        half = _half(sum(row["outcome"] == "half" for row in met))
        told: Counter[str] = Counter(row["how"] for row in failures if row["how"])
        unread = told.pop("unread", 0)
        if told:
            return _broken(case, failures, told, len(met), half)
        measured = f"0 of {count(len(failures), 'failure')} told as something else"
        if unread:
            return _unread(case, measured, unread, len(met))
        if _unseen(case):
            return case.unknown(
                measured,
                "What the answers held was not read: only journeys of the profile do that.",
                samples=len(met),
            )
        return case.held(measured, f"{_told(failures, len(met))}{half}", samples=len(met))


def _query(expectation: HonestErrors) -> str:
    return _FAILURES.format(
        marks=str(expectation.marks == "in_streams").upper(),
        statuses=[*expectation.statuses, *expectation.allow],
        required=str(expectation.retry_after == "required").upper(),
    )


def _told(failures: list[dict[str, Any]], met: int) -> str:
    if not failures:
        return f"{count(met, 'question')} met a fault, and no failure was shown to a user."
    return f"{count(met, 'question')} met a fault; {count(len(failures), 'failure')} came of it, and looked like one."


def _half(half: int) -> str:
    return f" {count(half, 'half answer')} besides: see whole_answers." if half else ""


def _broken(case: Case, failures: list[dict[str, Any]], told: Counter[str], met: int, half: str) -> Verdict:
    bad = [failure for failure in failures if failure["how"] in told]
    named = Counter(_WORDS.get(failure["how"]) or f"HTTP {failure['status']} for an outage" for failure in bad)
    return case.broken(
        f"{len(bad):,} of {count(len(failures), 'failure')} told as something else: {listing(dict(named))}",
        f"{count(len(bad), 'failure')} of the platform reached users in a form that hides it: {listing(dict(named))}."
        f"{half}",
        samples=met,
        evidence=_proof(case, bad),
        next_step=" ".join(_ADVICE[how] for how, _ in told.most_common(2)),
    )


def _proof(case: Case, bad: list[dict[str, Any]]) -> tuple[Evidence, ...]:
    rows = ", ".join(str(failure["r"]) for failure in bad)
    proofs = evidence.journeys(case.record, f"rowid IN ({rows})", (), apart="told, status")
    return tuple(replace(proof, text=f"{proof.text}; shown: {_seen(proof.row)}") for proof in proofs)


def _seen(row: dict[str, Any]) -> str:
    status = f"HTTP {row['status']}" if row.get("status") else str(row.get("channel"))
    detail = str(row.get("detail") or "")
    return detail if detail.startswith("HTTP") else f"{status}, {detail or 'nothing'}"


def _unread(case: Case, measured: str, unread: int, met: int) -> Verdict:
    return case.unknown(
        f"{measured}; {count(unread, 'answer')} cannot be read",
        f"{count(unread, 'answer')} of questions that met a fault may be failures in the guise of a success: they have "
        "no answer where the profile looks, but something else, or words that look like an excuse and came too seldom "
        "to prove it.",
        samples=met,
        next_step="If the application tells failures so, name them in the profile (error: in reply); else let the "
        "drill last longer.",
    )


def _unseen(case: Case) -> bool:
    """Whether nobody read what the answers held, as where the users are those of a Locust file."""
    if case.record.drill.get("sentinel", True):
        return False
    return not case.record.value("SELECT count(*) FROM journey WHERE asks AND (digest IS NOT NULL OR told IS NOT NULL)")
