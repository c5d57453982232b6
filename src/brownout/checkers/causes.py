"""What explains that steps went wrong: each is counted once, under its fault, a wait that was asked for, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from brownout.checkers.base import Record
from brownout.checkers.case import listing
from brownout.checkers.joins import joins_of

Cause: TypeAlias = Literal["fault", "wait", "nothing", "untold"]

WAIT_LESS = (
    "The application, or its SDK, slept for as long as Retry-After asked: cap that wait below a user's patience, and "
    "where the platform asks for more, fall back or say so at once."
)

# A step waited if most of it went by between an answer that asked for a wait and the next call of the question, which
# kept to it; or its end, where there was no next one. Else the fault that held it longest explains it.
_STEPS = """
WITH step AS (SELECT rowid AS r, canary, t + duration AS till, duration, impact FROM journey WHERE {condition}),
call AS (SELECT canary AS mark, t + duration AS ended, duration AS took, injected, fault, retry_after,
                lead(t) OVER (PARTITION BY canary ORDER BY t) AS again
         FROM exchange WHERE canary IN (SELECT canary FROM step)),
told AS (SELECT r, any_value(impact) AS impact, any_value(duration) AS duration, count(mark) AS calls,
                arg_max(fault, took) FILTER (injected) AS fault,
                sum(CASE WHEN retry_after > 0 AND ended < till
                              AND (again IS NULL OR again - ended >= 0.9 * retry_after)
                    THEN least(least(coalesce(again, till), till) - ended, 1.25 * retry_after + 0.5) END) AS waited
         FROM step LEFT JOIN call ON mark = canary GROUP BY r)
SELECT CASE WHEN waited >= duration / 2 THEN 'wait' WHEN fault IS NOT NULL THEN 'fault' ELSE 'nothing' END AS cause,
       CASE WHEN cause = 'fault' THEN fault END AS fault, count(*) AS n,
       count(*) FILTER (impact = 'operational') AS calm, count(*) FILTER (calls = 0) AS uncalled
FROM told GROUP BY ALL
"""


@dataclass(frozen=True)
class Causes:
    """How many steps each cause explains: ``faults`` by name.

    Of those that met none, ``calm`` were in healthy phases, and ``uncalled`` never called the platform. ``unsure`` says
    why that may not be so, where too many calls are joined to no question.
    """

    faults: dict[str, int]
    waited: int
    nothing: int
    calm: int
    uncalled: int
    unsure: str = ""

    @property
    def main(self) -> Cause:
        """What explains most of them: advice is for that alone; ``untold`` where it may be calls of nobody's."""
        nothing: Cause = "untold" if self.unsure else "nothing"
        counts: dict[Cause, int] = {"fault": sum(self.faults.values()), "wait": self.waited, nothing: self.nothing}
        return max(counts, key=lambda cause: counts[cause])

    @property
    def words(self) -> str:
        """All of them in a sentence: ``Their calls had met 4 hang; 39 met no fault (12 in operational phases).``

        Empty for no steps.
        """
        unsure = f" {self.unsure}" if self.unsure and self.nothing else ""
        if not self.faults and not self.waited:
            told = "could be told of" if unsure else "was injected into"
            return f"No fault {told} their own calls{self._aside}.{unsure}" if self.nothing else ""
        parts = [f"Their calls had met {listing(self.faults)}"] if self.faults else []
        parts += [f"{self.waited:,} waited as long as Retry-After asked"] if self.waited else []
        parts += [f"{self.nothing:,} met no fault{self._aside}"] if self.nothing else []
        return f"{'; '.join(parts)}.{unsure}"

    @property
    def _aside(self) -> str:
        parts = [f"{self.calm:,} in operational phases"] if self.calm else []
        parts += [f"{self.uncalled:,} without any call to the platform"] if self.uncalled and not self.unsure else []
        return f" ({', '.join(parts)})" if parts else ""


def causes(record: Record, condition: str, parameters: Sequence[Any]) -> Causes:
    """What explains the ``journey`` rows that fulfil an SQL condition."""
    rows = record.rows(_STEPS.format(condition=condition), parameters)
    nothing = [row for row in rows if row["cause"] == "nothing"]
    return Causes(
        faults={row["fault"]: row["n"] for row in rows if row["cause"] == "fault"},
        waited=sum(row["n"] for row in rows if row["cause"] == "wait"),
        nothing=sum(row["n"] for row in nothing),
        calm=sum(row["calm"] for row in nothing),
        uncalled=sum(row["uncalled"] for row in nothing),
        unsure=joins.words if nothing and (joins := joins_of(record)).weak else "",
    )
