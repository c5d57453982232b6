"""What users found when they looked at their conversation: in its history, or in an export of it.

A conversation may be looked at often, and what is damaged then is so in every look. Messages are counted once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brownout.calls.canary import is_stranger
from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, Case, count
from brownout.verdict import Evidence

WRONG = {
    "missing": "missing",
    "duplicated": "shown more than once",
    "reordered": "out of order",
    "foreign": "of another user",
    "errors": "replaced by an error stored as the answer",
}
_GONE = "gone whose turn had failed or been refused"
_LISTED = " OR ".join(f'coalesce(len("{name}"), 0) > 0' for name in WRONG)
_BAD = f"(NOT readable OR {_LISTED})"
_MESSAGES = ", ".join(
    f'(SELECT count(*) FROM (SELECT DISTINCT journey, "user", unnest("{name}") FROM look)) AS "{name}"'
    for name in WRONG
    if name != "missing"
)
_UNANSWERED = "SELECT canary FROM journey WHERE canary IS NOT NULL GROUP BY canary HAVING bool_and(outcome <> 'ok')"
_RESENT = "SELECT canary FROM journey WHERE attempt > 0"
# ``stale`` and ``late`` are what every look that misses a message says of it. Where a conversation goes on, each look
# has all that was acknowledged so far: then the user's steps, or the longest look, say how many messages these were.
_FIGURES = f"""
WITH look AS (SELECT * FROM "{{table}}" WHERE {{only}}),
lost AS (SELECT journey, "user", mark, bool_and(coalesce(list_contains(stale, mark), FALSE)) AS stale,
                bool_and(coalesce(list_contains(late, mark), FALSE)) AS late
         FROM (SELECT journey, "user", stale, late, unnest(missing) AS mark FROM look) GROUP BY ALL),
person AS (SELECT journey, "user", sum(acknowledged) AS listed, max(acknowledged) AS most, max(t) AS latest
           FROM look GROUP BY ALL),
said AS (SELECT step.journey, step."user", count(DISTINCT canary) AS n FROM journey AS step
         JOIN person USING (journey, "user")
         WHERE step.acknowledged AND canary IS NOT NULL AND step.t <= latest GROUP BY ALL)
SELECT count(*) AS n, count(*) FILTER {{bad}} AS bad, count(*) FILTER (NOT readable) AS unreadable, {_MESSAGES},
       (SELECT count(DISTINCT mark) FROM (SELECT unnest(duplicated) AS mark FROM look) SEMI JOIN ({_RESENT}) AS resent
        ON resent.canary = mark) AS resent,
       (SELECT count(*) FROM lost) AS missing, (SELECT count(*) FILTER (stale) FROM lost) AS stale,
       (SELECT count(*) FILTER (late) FROM lost) AS late, (SELECT count(*) FROM lost SEMI JOIN ({_UNANSWERED})
        AS silent ON silent.canary = mark) AS unanswered,
       (SELECT coalesce(sum(least(listed, greatest(most, coalesce(said.n, listed)))), 0)::BIGINT
        FROM person LEFT JOIN said USING (journey, "user")) AS acknowledged
FROM look
"""


@dataclass(frozen=True)
class Looks:
    """Rows of ``table`` (``history`` or ``export``) that an expectation is about; ``only`` is an SQL condition more.

    ``did`` is what such a row says of its user, ``end`` what is said of messages of which the newest are missing.
    ``gone`` are canaries of what was said, not accepted, and should be there all the same.
    """

    case: Case
    table: str
    did: str = "looked"
    end: str = "at the end, as in an old version"
    only: str = "TRUE"
    gone: tuple[str, ...] = ()

    @property
    def bad(self) -> str:
        """SQL: a look found something wrong."""
        marks = ", ".join("'" + mark.replace("'", "''") + "'" for mark in self.gone)
        return f"({_BAD} OR list_has_any(coalesce(unkept, []), [{marks}]))" if marks else _BAD

    @property
    def where(self) -> str:
        """Which rows; goes with the parameters of the case."""
        return f"{self.only} AND {self.case.where}"

    def figures(self) -> dict[str, int]:
        """``n`` looks, ``bad`` and ``unreadable`` ones; messages ``acknowledged``, and those of each kind of damage.

        Where nothing is missing but messages without an answer, here and there, none is said to be ``stale``: they went
        with their answers, and the last of them only looks like an old version's.
        """
        sql = _FIGURES.format(table=self.table, only=self.where, bad=self.bad)
        figures: dict[str, int] = self.case.record.rows(sql, self.case.parameters)[0]
        return {**figures, "stale": 0} if _went_with_answers(figures) else figures

    def damage(self, figures: dict[str, int]) -> list[str]:
        """``2 messages missing``: what is wrong with messages, in words."""
        hints = {"missing": self._hints(figures), "duplicated": _sent_again(figures["resent"])}
        parts = [
            f"{count(figures[name], 'message')} {words}{hints.get(name, '')}"
            for name, words in WRONG.items()
            if figures[name]
        ]
        return parts + [f"{count(len(self.gone), 'message')} {_GONE}"] * bool(self.gone)

    def proof(self, limit: int = EVIDENCE) -> tuple[Evidence, ...]:
        """The worst look of each user, then the next ones."""
        record = self.case.record
        worst = 'coalesce(len("foreign"), 0) DESC, coalesce(len(missing), 0) DESC, t'
        rows = record.rows(
            f'SELECT * EXCLUDE (nth) FROM (SELECT *, row_number() OVER (PARTITION BY journey, "user" ORDER BY {worst}) '
            f'AS nth FROM "{self.table}" WHERE {self.bad} AND {self.where}) ORDER BY nth, {worst} LIMIT {limit}',
            self.case.parameters,
        )
        fates = evidence.faults_met(record, (*(canary for row in rows for canary in _canaries(row)), *self.gone))
        owners = _owners(record, [mark for row in rows for mark in row["foreign"] or ()])
        missing = [mark for row in rows for mark in row["missing"] or ()]
        silent = f"{_UNANSWERED} AND list_contains(?::VARCHAR[], canary)"
        unanswered = {row["canary"] for row in record.rows(silent, [missing])}
        ended = not _went_with_answers(self.figures())
        return evidence.told(self.table, rows, lambda row: self._words(row, fates, owners, unanswered, ended))

    def _hints(self, figures: dict[str, int]) -> str:
        """What kind of missing it is."""
        missing, stale, late = figures["missing"], figures["stale"], figures["late"]
        silent = "it had not been answered" if missing == 1 else "none had been answered"
        kinds = [silent] if missing and figures["unanswered"] == missing else []
        kinds += [f"{stale:,} {self.end}"] if stale else []
        kinds += [f"{late:,} there at a second look: late, not lost"] if late else []
        return f" ({'; '.join(kinds)})" if kinds else ""

    def _words(
        self,
        row: dict[str, Any],
        fates: dict[str, evidence.Fate],
        owners: dict[str, str],
        unanswered: set[str],
        ended: bool,
    ) -> str:
        wrong = [f"{count(len(row[name]), 'message')} {words}" for name, words in WRONG.items() if row[name]]
        figures = {name: len(row[name] or ()) for name in ("missing", "stale", "late")}
        figures["unanswered"] = len(unanswered.intersection(row["missing"] or ()))
        if hints := self._hints(figures if ended else {**figures, "stale": 0}):
            wrong[0] += hints
        gone = set(self.gone).intersection(row["unkept"] or ())
        wrong += [f"{count(len(gone), 'message')} {_GONE}"] if gone else []
        wrong += [f"{mark} is of {owners[mark]}" for mark in row["foreign"] or () if mark in owners][:1]
        seen = ", ".join(wrong) if row["readable"] else "the conversation could not be read"
        marks = (*_canaries(row), *sorted(gone))
        told = next((f"; of {canary}: {fates[canary].words}" for canary in marks if canary in fates), "")
        return f"user {row['user']} {self.did}: {seen}{told}"


def _sent_again(messages: int) -> str:
    return f" ({messages:,} after their users had sent them again)" if messages else ""


def _went_with_answers(figures: dict[str, int]) -> bool:
    """Whether what is missing had no answer, all of it, and is not just the end of conversations."""
    return 0 < figures["missing"] == figures["unanswered"] and figures["stale"] < figures["missing"]


def advice(figures: dict[str, int], missing: str, old: str = "") -> str:
    """What to do about damaged conversations; ``missing`` where messages are missing for good.

    ``old`` is what else to do where all that is missing is the end, and some of it had been answered.
    """
    if figures["foreign"]:
        return (
            "Find where conversations are keyed: a user must never see another user's. Treat it as a security defect."
        )
    if figures["missing"] and figures["late"] == figures["missing"] and not figures["unreadable"]:
        return "Show users what they just wrote from a store of your own, or read it again until it is there."
    if old and figures["missing"] and not figures["unreadable"] and _is_old(figures):
        return old
    if figures["missing"] or figures["unreadable"]:
        return missing
    if figures["resent"]:
        return (
            "Let the front end make an id for each message, and send it with every attempt (Idempotency-Key): store a "
            "message under its id, so that one that comes again is the one that is there."
        )
    if figures["duplicated"]:
        return "Give each message an id of its own and make storing it idempotent, so that a retry cannot add it twice."
    if figures["reordered"]:
        return (
            "Give each message a number of its own when it is said, and sort by that: not by a clock, nor by when its "
            "answer came."
        )
    return "Keep failures out of the conversation: show them, but do not store them as the assistant's answer."


def _is_old(figures: dict[str, int]) -> bool:
    """Whether it looks like an old version: the end is missing, answered or not."""
    return figures["stale"] == figures["missing"] > figures["unanswered"]


def _owners(record: Record, marks: list[str]) -> dict[str, str]:
    """Who wrote these messages, as far as the journal knows."""
    wrote = record.rows(
        'SELECT DISTINCT canary, journey, "user" FROM journey WHERE list_contains(?::VARCHAR[], canary)', [marks]
    )
    owners = {row["canary"]: f"user {row['user']} ({row['journey']})" for row in wrote}
    return {mark: "nobody: made up by a fault" for mark in marks if is_stranger(mark)} | owners


def _canaries(row: dict[str, Any]) -> list[str]:
    return [canary for name in WRONG for canary in row[name] or ()]
