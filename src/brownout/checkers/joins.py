"""How sure it is which calls belong to which question; where it is not, what rests on that is UNKNOWN.

Calls that may well be nobody's do not count: outside the timeline, while nobody waits for anything, of services that no
question calls, and whatever only looks something up.
"""

from __future__ import annotations

from dataclasses import dataclass

from brownout.checkers.base import Record
from brownout.checkers.case import Case, count
from brownout.checkers.timeline import PHASE
from brownout.verdict import Verdict

MOST = 0.1
"""Joins are weak where more than such a share of calls is joined to no question, or by a guess."""

ADVICE = (
    "Have the application pass on traceparent or baggage with each call (OpenTelemetry's instrumentation of its HTTP "
    "client does), or put the user's own words, or the conversation's id in metadata, into each call."
)

# A call that is joined to no question counts where anybody had a step open, or had one a second before.
_CALLS = f"""
WITH asked AS (SELECT DISTINCT service FROM exchange
               WHERE canary IS NOT NULL AND joined <> 'window' AND via <> 'inbound'),
call AS (SELECT t, joined, impact FROM exchange
         WHERE method = 'POST' AND via <> 'inbound' AND {PHASE} IS NOT NULL AND ({{condition}})
         AND (service IN (FROM asked) OR NOT EXISTS (FROM asked))),
met AS (SELECT call.*, coalesce(steps, 0) > 0 AS awaited FROM call ASOF LEFT JOIN waiting ON call.t >= waiting.since)
SELECT count(*) FILTER (joined IS NOT NULL OR awaited) AS calls,
       count(*) FILTER (joined IS NULL AND awaited) AS unjoined,
       count(*) FILTER (joined = 'window') AS guessed,
       count(*) FILTER (impact = 'operational' AND (joined = 'window' OR joined IS NULL AND awaited)) AS calm
FROM met
"""


@dataclass(frozen=True)
class Joins:
    """So many calls should belong to a question; ``unjoined`` are joined to none, ``guessed`` by the moment alone.

    ``calm`` are those of either that were made in healthy phases.
    """

    calls: int
    unjoined: int
    guessed: int
    calm: int

    @property
    def weak(self) -> bool:
        """Whether too many are unsure to rest a verdict on."""
        return self.unjoined + self.guessed > MOST * self.calls

    @property
    def words(self) -> str:
        """How many carry nothing that ties them to a question for sure."""
        unsure = self.unjoined + self.guessed
        guessed = f" ({self.guessed:,} by the moment alone)" if self.guessed else ""
        return (
            f"{unsure:,} of {count(self.calls, 'call')} carry no canary, and nothing else ties them to a question for "
            f"sure{guessed}: the user's text does not reach the prompt, or is rewritten on the way."
        )


def joins_of(record: Record, condition: str = "TRUE") -> Joins:
    """How sure the joins are of calls that should belong to a question, and that fulfil an SQL condition."""
    return Joins(**record.rows(_CALLS.format(condition=condition))[0])


def open_by(case: Case, joins: Joins, measured: str, finding: str, samples: int) -> Verdict:
    """The verdict on what would have held, or broken, had it been known to whom those calls belong."""
    words = f"{joins.words} {finding}".strip()
    return case.unknown(measured, words, samples=samples, void=True, next_step=ADVICE)
