"""Is a message answered once, however often it was delivered?"""

from __future__ import annotations

from typing import Any

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, Case, count
from brownout.checkers.channels import DELIVERIES, ended_at
from brownout.expect import AnsweredOnce, AnyExpect
from brownout.verdict import Evidence, Verdict

REPEATING = ("webhook_duplicated", "webhook_unsigned")
"""Faults that make a message come again."""

# A message is lost where its user's whole patience passed without a word, and the application had it for half of that
# time or more before the channel ended. A step says in which phase a message was said; the look that counted it, where
# there is no such row.
_MESSAGES = f"""
WITH delivery AS ({DELIVERIES}),
said AS (SELECT canary, bool_or(meant) AS meant
         FROM (SELECT unnest(list_concat(said, repeated)) AS canary, ({{where}}) AS meant FROM chat) GROUP BY canary),
step AS (SELECT canary, bool_or({{steps}}) AS meant, bool_and(outcome = 'hung') AS silent,
                min(least(t + duration / 2, {{ended}} - duration / 2)) AS half
         FROM journey WHERE canary IS NOT NULL GROUP BY canary),
known AS (SELECT canary, taken, attempts, posts, at_once,
                 canary IN (SELECT unnest(repeated) FROM chat) AS doubled,
                 taken IS NOT NULL AND coalesce(silent, FALSE)
                     AND canary NOT IN (SELECT unnest(answered) FROM chat) AS unanswered,
                 taken IS NULL OR taken <= half AS soon
          FROM said LEFT JOIN step USING (canary) LEFT JOIN delivery USING (canary)
          WHERE coalesce(step.meant, said.meant)),
message AS (SELECT *, unanswered AND soon AND NOT doubled AS lost, unanswered AND NOT soon AND NOT doubled AS late
            FROM known)
"""


class AnsweredOnceChecker:
    """Messages that reached the application through a channel, and the answers that came back."""

    name = "answered_once"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one message answered twice, or taken and never answered; UNKNOWN where none was taken."""
        assert isinstance(expectation, AnsweredOnce)
        case = Case(record, expectation, "every message that reached the application is answered once")
        if (unreached := case.unreached()) is not None:
            return unreached
        row = _figures(case)
        measured = (
            f"{row['doubled']:,} of {count(row['n'], 'message')} answered more than once, {row['lost']:,} never; "
            f"{count(row['again'], 'message')} came more than once"
        )
        if row["doubled"] or row["lost"]:
            return case.broken(
                measured, _finding(case, row), samples=row["n"], evidence=_proof(case), next_step=_advice(row)
            )
        if not row["n"]:
            return _nothing_taken(case, row)
        return case.held(measured, _finding(case, row), samples=row["n"])


def _query(case: Case, select: str) -> list[dict[str, Any]]:
    messages = _MESSAGES.format(where=case.where, steps=case.steps, ended=ended_at(case.record))
    return case.record.rows(f"{messages} {select}", case.parameters * 2)


def _figures(case: Case) -> dict[str, Any]:
    return _query(
        case,
        "SELECT count(*) FILTER (doubled OR taken IS NOT NULL AND NOT late) AS n, "
        "count(*) FILTER (doubled) AS doubled, "
        "count(*) FILTER (doubled AND posts = 1) AS once, count(*) FILTER (lost) AS lost, "
        "count(*) FILTER (late) AS late, count(*) FILTER (posts > 1) AS again, "
        "count(*) FILTER (NOT doubled AND taken IS NULL AND posts = 0) AS astray, "
        "count(*) FILTER (NOT doubled AND taken IS NULL AND posts > 0) AS refused FROM message",
    )[0]


def _finding(case: Case, row: dict[str, Any]) -> str:
    wrong = []
    if row["doubled"]:
        once = f" ({row['once']:,} of them though delivered once only)" if row["once"] else ""
        wrong.append(f"{count(row['doubled'], 'message')} got more than one answer{once}")
    if row["lost"]:
        wrong.append(f"{count(row['lost'], 'message')} that the application took got none at all")
    held = f"Of {count(row['n'], 'message')} that the application took, none got a second answer, and none was left out"
    return f"{'; '.join(wrong) or held}.{_aside(case, row)}"


def _aside(case: Case, row: dict[str, Any]) -> str:
    """What is not judged, and what was not put to the test."""
    parts = []
    if row["astray"]:
        parts.append(f"{count(row['astray'], 'message')} never reached the application: lost on the way, not by it.")
    if row["refused"]:
        parts.append(f"{count(row['refused'], 'message')} came, and the application took no attempt; not judged.")
    if row["late"]:
        when = "when half of the user's patience was over, or the channel about to end"
        parts.append(f"{count(row['late'], 'message')} came {when}; not judged.")
    repeating = dict.fromkeys(rule["fault"] for rule in case.rules if rule["fault"] in REPEATING)
    if repeating and not row["again"]:
        parts.append(f"No message came twice, although the scenario has {' and '.join(repeating)}.")
    return "".join(f" {part}" for part in parts)


def _advice(row: dict[str, Any]) -> str:
    if row["doubled"] > row["once"]:
        return (
            "Keep the id of every message that was begun in a store that all workers share, and let each id in once. "
            "Take the webhook at once (200) and work afterwards: what is not taken in time is sent again."
        )
    if row["doubled"]:
        return (
            "These came once, so the second answer is the application's own: when a send fails or times out, look "
            "whether it was carried out before it is repeated, and repeat the send alone, not the whole turn."
        )
    return (
        "Say 200 to a webhook only when its message is stored, work through what is stored until each is answered, "
        "and where the platform fails, answer with an excuse: the channel sends a message that was taken never again."
    )


def _nothing_taken(case: Case, row: dict[str, Any]) -> Verdict:
    if not case.record.value(f"SELECT count(*) FROM chat WHERE {case.where}", case.parameters):
        return case.unknown(
            "no chat was read",
            "No user wrote through a channel and looked at the chat afterwards.",
            next_step="Give the journey a step with whatsapp in brownout.yaml, and webhooks: {whatsapp: …}.",
        )
    return case.unknown(
        "no message was taken",
        f"The journal shows no message that the application took.{_aside(case, row)}",
        next_step="Look at the rows with via inbound: what did the application answer to its webhooks? Does it know "
        "the secret and the verify_token of the profile?"
        if row["refused"]
        else "Let the drill last longer (a lower --speed), so that messages come while the channel is open.",
        longer=1.0 if row["refused"] else 2.0,
    )


def _proof(case: Case) -> tuple[Evidence, ...]:
    doubled = _query(
        case,
        "SELECT look.*, posts, attempts, at_once FROM message JOIN (SELECT *, unnest(repeated) AS mark FROM chat) look "
        "ON mark = canary WHERE doubled QUALIFY row_number() OVER (PARTITION BY canary ORDER BY t) = 1 "
        f"ORDER BY posts, t LIMIT {EVIDENCE}",
    )
    lost = _query(
        case,
        "SELECT journey.*, posts, attempts, at_once FROM message JOIN journey USING (canary) WHERE lost "
        f"ORDER BY t LIMIT {EVIDENCE if not doubled else 2}",
    )
    doubled = doubled[: EVIDENCE - len(lost)]
    fates = evidence.faults_met(case.record, [row["mark"] for row in doubled] + [row["canary"] for row in lost])
    return (*(_doubled(row, fates) for row in doubled), *(_lost(row, fates) for row in lost))


def _doubled(row: dict[str, Any], fates: dict[str, evidence.Fate]) -> Evidence:
    mark, way = row.pop("mark"), _way(row)
    text = (
        f"user {row['user']} looked at the chat: more than one answer to {mark}, which was {way}; {fates[mark].words}"
    )
    return evidence.shown("chat", row, text)


def _lost(row: dict[str, Any], fates: dict[str, evidence.Fate]) -> Evidence:
    way, fate = _way(row), fates[row["canary"]]
    who = f"user {row['user']} ({row['journey']}/{row['step']})"
    return evidence.shown(
        "journey", {**row, **fate.fault}, f"{who}: no answer, though the application took it ({way}); {fate.words}"
    )


def _way(row: dict[str, Any]) -> str:
    """How a message came to the application."""
    posts, attempts, at_once = (row.pop(name) for name in ("posts", "attempts", "at_once"))
    if posts is None:
        return "delivered without a row in the journal"
    ways = [f"posted {'twice' if at_once == 2 else f'{at_once} times'} at once"] if at_once > 1 else []
    ways += ["sent again after an attempt that was not taken"] if attempts > 1 else []
    return " and ".join(ways) or "delivered once only"
