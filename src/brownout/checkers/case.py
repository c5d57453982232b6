"""One expectation put to one record: which rows it is about, and the verdict's fixed parts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from brownout.checkers.base import Record
from brownout.expect import AnyExpect
from brownout.verdict import Evidence, Status, Verdict

EVIDENCE = 5
"""So many rows prove a verdict; more are not read."""
_NOUN = re.compile(r"(?= that | after )")
UNEXERCISED = "not exercised"


@dataclass(frozen=True)
class Case:
    """An expectation, what it asks for in words, and the record that answers.

    ``where`` is an SQL condition on ``journey`` and ``history`` rows, ``parameters`` its values. With ``timeline`` it
    leaves out what began before the first phase or after the last.
    """

    record: Record
    expectation: AnyExpect
    objective: str
    timeline: bool = False
    parameters: list[Any] = field(init=False, default_factory=list)
    where: str = field(init=False, default="TRUE")

    def __post_init__(self) -> None:
        conditions = []
        if self.expectation.journey is not None:
            conditions.append("journey = ?")
            self.parameters.append(self.expectation.journey)
        if self.expectation.during:
            conditions.append("list_contains(?::VARCHAR[], impact)")
            self.parameters.append(list(self.expectation.during))
        if self.timeline:
            conditions.append("phase_name IS NOT NULL")
        object.__setattr__(self, "where", " AND ".join(conditions) or "TRUE")

    @property
    def absent(self) -> str | None:
        """Why the scenario does not reach this expectation at all, or None: it has no phase of these impacts."""
        wanted = self.expectation.during
        if not wanted or any(phase["impact"] in wanted for phase in self.record.drill["phases"]):
            return None
        return f"this scenario has no {' or '.join(wanted)} phase"

    @property
    def rules(self) -> list[dict[str, Any]]:
        """The rules of the phases it is about."""
        wanted = self.expectation.during
        phases = {phase["name"] for phase in self.record.drill["phases"] if not wanted or phase["impact"] in wanted}
        return [rule for rule in self.record.drill["rules"] if rule["phase"] in phases]

    def held(self, measured: str, finding: str, **more: Any) -> Verdict:
        """The application did what was asked of it."""
        return self._verdict(Status.HELD, measured, finding, **more)

    def broken(self, measured: str, finding: str, **more: Any) -> Verdict:
        """The application did not do it; ``evidence`` holds the rows that prove so."""
        return self._verdict(Status.BROKEN, measured, finding, **more)

    def unknown(self, measured: str, finding: str, **more: Any) -> Verdict:
        """The journal does not say whether the application did it."""
        return self._verdict(Status.UNKNOWN, measured, finding, **more)

    def not_exercised(self, why: str) -> Verdict:
        """The scenario never brought it about, so nothing could break: HELD over 0 samples, and it says so."""
        return self.held(f"{UNEXERCISED}: {why}", f"This drill did not put it to the test: {why}.")

    def too_few(self, samples: int, needed: int, what: str) -> Verdict:
        """Too few samples to judge a share or a quantile."""
        return self.unknown(
            f"{count(samples, what)} of the {needed} needed",
            f"Only {count(samples, what)} can be judged, and fewer than {needed} prove nothing."
            if samples
            else f"There was no {what} to judge.",
            samples=samples,
            next_step="Let the drill last longer (a lower --speed), or raise load.users"
            f"{', or lower min_samples' if hasattr(self.expectation, 'min_samples') else ''}.",
        )

    def _verdict(
        self,
        status: Status,
        measured: str,
        finding: str,
        samples: int = 0,
        evidence: Iterable[Evidence] = (),
        next_step: str | None = None,
    ) -> Verdict:
        return Verdict(
            check=self.expectation.check,
            id=self.expectation.id,
            status=status,
            objective=self.objective,
            measured=measured,
            finding=finding,
            samples=samples,
            evidence=tuple(evidence),
            next_step=next_step,
            journey=self.expectation.journey,
            during=self.expectation.during,
        )


def percent(share: float) -> str:
    """A share in words, rounded down: what missed its objective never looks as if it had met it."""
    return f"{math.floor(share * 1000 + 1e-9) / 10:g}%"


def count(number: int, what: str) -> str:
    """``1 question``, ``2 questions``, ``1,000 questions that met a fault``."""
    if number == 1:
        return f"1 {what}"
    noun, *rest = _NOUN.split(what, maxsplit=1)
    return f"{number:,} {noun}s{''.join(rest)}"


def listing(counts: dict[str, int]) -> str:
    """``40 error, 29 hung``: the most frequent first."""
    return ", ".join(
        f"{number:,} {name}" for name, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
