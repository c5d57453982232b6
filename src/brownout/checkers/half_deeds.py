"""What the application did because of half an answer: effects that users saw, and tools whose results it handed back.

Words without their end prove nothing by themselves: an application may shorten what it keeps. So a place (the effects
of a journey, a tool) is believed only where questions that met no fault left whole words there, and no half ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brownout.checkers import evidence
from brownout.checkers.case import EVIDENCE, Case, count
from brownout.verdict import Evidence

_STRUCK = "SELECT DISTINCT canary FROM exchange WHERE injected AND delivered AND canary IS NOT NULL"
_FIRST = "SELECT coalesce(min(t), 'infinity'::DOUBLE) FROM exchange WHERE injected AND delivered"
_DEEDS = f"""
WITH deed AS (
    SELECT 'effects of ' || journey AS place, unnest(whole) AS canary, TRUE AS whole, {{where}} AS meant FROM effects
    UNION ALL SELECT 'effects of ' || journey, unnest(half), FALSE, {{where}} FROM effects
    UNION ALL SELECT tool, canary, whole, {{everything}} OR coalesce(canary IN (
        SELECT canary FROM journey WHERE {{where}}), FALSE) FROM tool WHERE canary IS NOT NULL AND NOT failed),
known AS (SELECT deed.*, canary IN ({_STRUCK}) AS struck FROM deed),
place AS (SELECT place, coalesce(bool_or(NOT struck AND whole IS DISTINCT FROM FALSE), FALSE)
                        AND NOT coalesce(bool_or(NOT struck AND whole IS FALSE), FALSE) AS believed
          FROM known GROUP BY place)
"""
_FIGURES = """
SELECT count(DISTINCT canary) FILTER (whole) AS whole,
       coalesce(list(DISTINCT canary) FILTER (whole IS FALSE AND struck AND believed), []) AS half,
       coalesce(list(DISTINCT canary) FILTER (whole IS FALSE AND struck AND believed AND place LIKE 'effects of %'), [])
           AS seen,
       coalesce(list(DISTINCT place) FILTER (whole IS FALSE AND struck AND believed), []) AS places,
       count(DISTINCT canary) FILTER (whole IS FALSE AND struck AND NOT believed) AS doubtful,
       count(DISTINCT canary) FILTER (whole IS FALSE AND NOT struck) AS unexplained
FROM known JOIN place USING (place) WHERE meant
"""
# A list may show every user's effects, and shows them at every look: so many there are at least.
_NAMELESS = f"""
SELECT coalesce(max(nameless) FILTER (believed), 0) AS nameless,
       coalesce(max(nameless) FILTER (NOT believed), 0) AS doubtful
FROM effects JOIN place ON place.place = 'effects of ' || journey
WHERE {{where}} AND t > ({_FIRST})
AND journey NOT IN (SELECT journey FROM effects WHERE nameless > 0 AND t <= ({_FIRST}))
"""


@dataclass(frozen=True)
class Deeds:
    """What was done: from whole words, for so many messages; from ``half`` of them, by canary, in which places.

    ``seen`` are those of these that users saw. ``nameless`` is how many more they saw at least, of nobody; ``doubtful``
    is how many look half where there is nothing to compare them with, ``unexplained`` how many do whose question met
    no fault that is known of.
    """

    whole: int
    half: tuple[str, ...]
    seen: tuple[str, ...]
    places: tuple[str, ...]
    nameless: int
    doubtful: int
    unexplained: int

    @property
    def broken(self) -> int:
        """How many deeds came from half of the model's words, at least."""
        return max(len(self.half), len(self.seen) + self.nameless)

    @property
    def judged(self) -> int:
        """How many deeds could be told to be whole or half."""
        return self.whole + self.broken


def deeds_of(case: Case) -> Deeds:
    """What the journal knows of it, of the journeys and phases that are meant."""
    deeds = _DEEDS.format(where=case.where, everything="FALSE" if case.parameters else "TRUE")
    row = _one(case, deeds + _FIGURES)
    nameless = _one(case, deeds + _NAMELESS.format(where=case.where))
    return Deeds(
        whole=row["whole"],
        half=tuple(sorted(row["half"])),
        seen=tuple(sorted(row["seen"])),
        places=tuple(sorted(row["places"])),
        nameless=nameless["nameless"],
        doubtful=row["doubtful"] + nameless["doubtful"],
        unexplained=row["unexplained"],
    )


def _one(case: Case, sql: str) -> dict[str, Any]:
    """The one row of a query; the case's condition stands in it as often as it has parameters for."""
    times = sql.count(case.where) if case.parameters else 0
    return case.record.rows(sql, case.parameters * times)[0]


def proof(case: Case, deeds: Deeds) -> tuple[Evidence, ...]:
    """Tools that were carried out, and effects, each with the faults that its question met."""
    record, half = case.record, list(deeds.half)
    tools = record.rows(
        "SELECT * EXCLUDE nth FROM (SELECT *, row_number() OVER (PARTITION BY canary ORDER BY t) AS nth FROM tool "
        "WHERE whole IS FALSE AND NOT failed AND list_contains(?::VARCHAR[], canary) "
        f"AND list_contains(?::VARCHAR[], tool)) WHERE nth = 1 ORDER BY t LIMIT {EVIDENCE}",
        [half, list(deeds.places)],
    )
    effects = record.rows(
        "SELECT * FROM effects WHERE list_has_any(half, ?::VARCHAR[]) OR (nameless > 0 AND ?) "
        f"ORDER BY len(half) DESC, t LIMIT {EVIDENCE}",
        [half, deeds.nameless > 0],
    )
    fates = evidence.faults_met(record, half)
    told = evidence.told("tool", tools, lambda row: _handed(row, fates[row["canary"]].words))
    looked = evidence.told("effects", effects, lambda row: _looked(row, fates))
    return (*told[: EVIDENCE - min(2, len(looked))], *looked)[:EVIDENCE]


def _handed(row: dict[str, Any], fate: str) -> str:
    return (
        f"the result of {row['tool']} was handed back as done, beside arguments without their end; of {row['canary']}: "
        f"{fate}"
    )


def _looked(row: dict[str, Any], fates: dict[str, evidence.Fate]) -> str:
    mark = next((mark for mark in row["half"] or () if mark in fates), None)
    if mark is None:
        return (
            f"user {row['user']} looked: {count(row['nameless'], 'effect')} from half of the model's words, of nobody"
        )
    made = count(len(row["half"]), "effect")
    return f"user {row['user']} looked: {made} from half of the model's words; of {mark}: {fates[mark].words}"
