"""Does everybody who uses a channel learn in time that it ends?"""

from __future__ import annotations

from typing import Any

from brownout.checkers import evidence, samples
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, Case, count, percent
from brownout.checkers.channels import Ending, endings, lasted
from brownout.checkers.contrast import share_asked
from brownout.checkers.observed import Observed, grouped
from brownout.checkers.sampling import Sampling
from brownout.expect import AnyExpect, ToldInTime
from brownout.verdict import Evidence, Status, Verdict

# Whom the application reached while it still could, and whether it told them.
_PEOPLE = """
WITH person AS (SELECT journey, "user", min(t) AS t, min_by(rowid, t) AS step FROM journey
                WHERE channel = ? AND t >= ? AND t < ?
                AND outcome NOT IN ('hung', 'unreachable', 'turned_away') AND {where} GROUP BY ALL),
told AS (SELECT DISTINCT journey, "user" FROM journey WHERE noticed AND t < ?),
people AS (SELECT person.*, told.journey IS NOT NULL AS told FROM person LEFT JOIN told USING (journey, "user"))
"""


class ToldInTimeChecker:
    """Users of a channel between the announcement of its end and that end."""

    name = "told_in_time"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN below ``at_least`` of these users; UNKNOWN below ``min_samples``."""
        assert isinstance(expectation, ToldInTime)
        share = "everybody" if expectation.at_least == 1 else f"at least {share_asked(expectation.at_least)} of users"
        objective = f"{share} on {expectation.channel} told of its end, and of the way out, before it comes"
        case = Case(record, expectation, objective, edges=False)
        ending = next((ending for ending in endings(record) if ending.name == expectation.channel), None)
        if ending is None:
            return case.not_exercised(f"{expectation.channel} does not end in this scenario")
        if ending.announced is None:
            return case.not_exercised(f"the end of {expectation.channel} is announced to nobody in this scenario")
        if (unreached := case.unreached()) is not None:
            return unreached
        row = _query(case, ending, "SELECT count(*) AS n, count(*) FILTER (told) AS told FROM people")[0]
        return _judged(case, expectation, ending, row["n"], row["told"])

    def observe(self, record: Record, expectation: AnyExpect) -> Observed:
        assert isinstance(expectation, ToldInTime)
        case = Case(record, expectation, "", edges=False)
        ending = next((each for each in endings(record) if each.name == expectation.channel), None)
        people = _query(case, ending, "SELECT * FROM people ORDER BY t") if ending and ending.announced else []
        each = (((row["journey"], row["user"]), row["t"] // 1, float(row["told"])) for row in people)
        return grouped(each, "share", "higher")

    def rule(self, observed: Observed, expectation: AnyExpect, sampling: Sampling) -> Status:
        assert isinstance(expectation, ToldInTime)
        told = observed.good()
        return Status.HELD if samples.reaches(told.good, told.asked, expectation.at_least) else Status.BROKEN


def _judged(case: Case, expectation: ToldInTime, ending: Ending, users: int, told: int) -> Verdict:
    what = "user that it reached before the end"
    if (doubt := samples.doubt(case, users, expectation.min_samples, what)) is not None:
        return doubt
    measured = f"{percent(told / users)} ({told:,} of {count(users, 'user')})"
    late = _afterwards(case, ending)
    if told == users:
        return case.held(measured, f"All {count(users, 'user')} were told before the end.{late}", samples=users)
    finding = (
        f"{users - told:,} of {count(users, 'user')} whom the application still reached on {ending.name}, with its end "
        f"announced, were not told before it came.{late}"
    )
    if samples.reaches(told, users, expectation.at_least):
        return case.held(measured, finding, samples=users)
    if not lasted(case.record, ending.deadline):
        return case.unknown(
            measured,
            "The drill was over before the channel's end came; until then not everybody had been told.",
            samples=users,
            next_step="Run the drill again and let it end.",
        )
    proof = _proof(case, ending)
    return case.broken(measured, finding, samples=users, evidence=proof, next_step=_advice(case))


def _query(case: Case, ending: Ending, select: str) -> list[dict[str, Any]]:
    span = [ending.name, ending.announced, ending.deadline]
    return case.record.rows(f"{_PEOPLE.format(where=case.where)} {select}", [*span, *case.parameters, ending.deadline])


def _proof(case: Case, ending: Ending) -> tuple[Evidence, ...]:
    """The first step of those who were not told, in which they could have been."""
    untold = _query(case, ending, f"SELECT step FROM people WHERE NOT told ORDER BY t LIMIT {EVIDENCE}")
    steps = [row["step"] for row in untold]
    return evidence.journeys(case.record, "list_contains(?::BIGINT[], rowid)", [steps])


def _afterwards(case: Case, ending: Ending) -> str:
    """What users got who wrote when the channel had ended."""
    row = case.record.rows(
        "SELECT count(DISTINCT who) FILTER (outcome = 'turned_away') AS noticed, "
        "count(DISTINCT who) FILTER (outcome = 'hung') AS silent "
        "FROM (SELECT *, journey || '/' || \"user\" AS who FROM journey) "
        "WHERE channel = ? AND t >= ? AND (?::VARCHAR IS NULL OR journey = ?)",
        [ending.name, ending.deadline, case.expectation.journey, case.expectation.journey],
    )[0]
    if not row["noticed"] and not row["silent"]:
        return ""
    return (
        f" After the end {count(row['noticed'], 'user')} got the channel's own notice, and {row['silent']:,} "
        "waited for an answer that never came."
    )


def _advice(case: Case) -> str:
    text = (
        "From the day that the end is known, add a line to every answer on this channel, or send one of its own to "
        "everybody: when it ends, where to go on, and how to take the chat along."
    )
    if case.record.value("SELECT count(*) FROM journey WHERE noticed"):
        return text
    return f"{text} No user at all was seen to be told: does the journey have a notice, the pattern of these words?"
