"""Which phases and steps an expectation is about, and who was there: edges of phases, and who slept through one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from brownout.checkers.base import Record
from brownout.checkers.timeline import PHASE, never_began
from brownout.config.spelling import nearest
from brownout.expect import AnyExpect
from brownout.scenario import IMPACTS, OUTAGES


@dataclass(frozen=True)
class Presence:
    """How many users took a step in the phases, and how many were still busy with one of before for most of them."""

    entered: int
    slept: int

    @property
    def most_were_away(self) -> bool:
        """Whether what is seen there is seen of survivors only."""
        return self.slept > self.entered


@dataclass(frozen=True)
class Scope:
    """The phases that an expectation's ``during`` names, by impact or by name, as SQL conditions with ``parameters``.

    ``where`` is for rows of any table that has a place on the timeline. ``steps`` is for ``journey`` rows: it leaves
    out what began in one phase and met a fault of another, where just one of the two is meant: it counts in neither.
    """

    record: Record
    expectation: AnyExpect
    timeline: bool = False

    @cached_property
    def phases(self) -> list[dict[str, Any]]:
        """The phases it is about, in their order; all of them without ``during``."""
        phases = self.record.drill["phases"]
        return [phase for phase in phases if self.expectation.covers(phase["name"], phase["impact"])]

    @cached_property
    def names(self) -> list[str]:
        """The names of the phases it is about, in their order."""
        return [str(phase["name"]) for phase in self.phases]

    @cached_property
    def parameters(self) -> list[Any]:
        """The values in ``where`` and in ``steps``."""
        journey = [self.expectation.journey] if self.expectation.journey is not None else []
        return [*journey, *([self.names] if self.expectation.during else [])]

    @cached_property
    def where(self) -> str:
        """SQL: a row is of this journey, and of these phases."""
        conditions = ["journey = ?"] if self.expectation.journey is not None else []
        conditions += ["list_contains(?::VARCHAR[], phase_name)"] if self.expectation.during else []
        conditions += ["phase_name IS NOT NULL"] if self.timeline else []
        return " AND ".join(conditions) or "TRUE"

    @cached_property
    def steps(self) -> str:
        """SQL: a ``journey`` row is meant, and met no fault of a phase that is not."""
        if not self.expectation.during:
            return self.where
        strays = self.record.rows(
            f"SELECT DISTINCT canary FROM journey WHERE canary IN ({_MET}) AND {self.where} ORDER BY canary",
            [self.names, False, *self.parameters],
        )
        if not strays:
            return self.where
        marks = ", ".join("'" + str(row["canary"]).replace("'", "''") + "'" for row in strays)
        return f"{self.where} AND coalesce(canary NOT IN ({marks}), TRUE)"

    @cached_property
    def left_out(self) -> int:
        """How many questions began in these phases and met a fault of others, or the other way round."""
        if not self.expectation.during:
            return 0
        journey = "journey = ? AND " if self.expectation.journey is not None else ""
        sql = (
            f"SELECT count(*) FROM journey WHERE {journey}asks AND phase_name IS NOT NULL "
            f"AND list_contains(?::VARCHAR[], phase_name) = ? AND canary IN ({_MET})"
        )
        parameters = self.parameters[:-1]
        begun_here = self.record.value(sql, [*parameters, self.names, True, self.names, False])
        begun_elsewhere = self.record.value(sql, [*parameters, self.names, False, self.names, True])
        return int(begun_here) + int(begun_elsewhere)

    @property
    def aside(self) -> str:
        """What is said of the questions that were left out; empty for none."""
        if not self.left_out:
            return ""
        questions = "1 question" if self.left_out == 1 else f"{self.left_out:,} questions"
        return f" Left out: {questions} that began in one phase and met a fault of another; they count in neither."

    @cached_property
    def presence(self) -> Presence:
        """Who took a step in these phases, and who slept through them; nobody sleeps through the whole timeline."""
        if not self.expectation.during or not self.phases:
            return Presence(0, 0)
        zero, journey = self.record.drill["zero"], self.expectation.journey
        spans = ", ".join(f"({zero + phase['start']!r}, {zero + phase['end']!r})" for phase in self.phases)
        lasts = sum(phase["end"] - phase["start"] for phase in self.phases)
        row = self.record.rows(_PRESENCE.format(spans=spans, half=lasts / 2), [self.names, journey, journey])[0]
        return Presence(row["entered"], row["slept"])

    @cached_property
    def untouched(self) -> bool:
        """Whether these are phases in which the platform fails, and no fault struck what the application calls."""
        if not self.expectation.during or any(phase["impact"] not in OUTAGES for phase in self.phases):
            return False
        if not any(rule["phase"] in self.names for rule in self.record.drill["rules"]):
            return False
        injected = f"SELECT count(*) FROM exchange WHERE injected AND list_contains(?::VARCHAR[], {PHASE})"
        return not self.record.value(injected, [self.names])

    @property
    def absent(self) -> str | None:
        """Why the scenario does not reach this expectation at all, or None: it has no such phase."""
        wanted = self.expectation.during
        if not wanted or self.phases:
            return None
        what = f"this scenario has no {' or '.join(wanted)} phase"
        known = [str(phase["name"]) for phase in self.record.drill["phases"]]
        near = [guess for word in wanted if word not in IMPACTS and (guess := nearest(word, known))]
        return f"{what} (it has {' and '.join(dict.fromkeys(near))})" if near else what

    @property
    def ahead(self) -> str | None:
        """Which of its phases the drill did not live to see, where that is all of them."""
        ahead = never_began(self.record) if self.expectation.during else frozenset()
        return " and ".join(self.names) if self.names and ahead.issuperset(self.names) else None


_MET = (
    f"SELECT canary FROM exchange WHERE injected AND canary IS NOT NULL AND {PHASE} IS NOT NULL "
    f"AND list_contains(?::VARCHAR[], {PHASE}) = ?"
)
"""SQL: the canaries of calls that met a fault of these phases, or of any other one; the values are names and which."""

# Somebody slept through the phases who took no step in them, because one that began before went on for half of them or
# more. Who thinks, or has left, is no survivor's missing neighbour.
_PRESENCE = """
WITH span(starts, ends) AS (VALUES {spans}),
step AS (SELECT journey, "user", t, t + duration AS till,
                coalesce(list_contains(?::VARCHAR[], phase_name), FALSE) AS here
         FROM journey WHERE again IS NOT TRUE AND (?::VARCHAR IS NULL OR journey = ?)),
entered AS (SELECT DISTINCT journey, "user" FROM step WHERE here),
slept AS (SELECT journey, "user" FROM step JOIN span ON t < ends AND till > starts WHERE NOT here
          GROUP BY ALL HAVING sum(least(till, ends) - greatest(t, starts)) >= {half})
SELECT (SELECT count(*) FROM entered) AS entered,
       (SELECT count(*) FROM slept ANTI JOIN entered USING (journey, "user")) AS slept
"""
