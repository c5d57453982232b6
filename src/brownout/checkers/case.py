"""One expectation put to one record: which rows it is about, and the verdict's fixed parts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from brownout.checkers.base import Record
from brownout.checkers.scope import Scope
from brownout.expect import AnyExpect
from brownout.verdict import Evidence, Status, Verdict

EVIDENCE = 5
"""So many rows prove a verdict; more are not read."""
_NOUN = re.compile(r"(?= that | after )")
UNEXERCISED = "not exercised"


@dataclass(frozen=True)
class Case:
    """An expectation, what it asks for in words, and the record that answers.

    ``where`` is an SQL condition on rows that have a place on the timeline, ``steps`` one on ``journey`` rows; both
    have the values ``parameters``. ``scope`` tells them apart. With ``timeline`` they leave out what began before the
    first phase or after the last. ``edges`` is False for a checker that looks at no steps.
    """

    record: Record
    expectation: AnyExpect
    objective: str
    timeline: bool = False
    edges: bool = True
    scope: Scope = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scope", Scope(self.record, self.expectation, self.timeline))

    @property
    def parameters(self) -> list[Any]:
        """The values of ``where`` and ``steps``."""
        return list(self.scope.parameters)

    @property
    def where(self) -> str:
        """SQL: a row of any table with a place on the timeline is meant."""
        return self.scope.where

    @property
    def steps(self) -> str:
        """SQL: a ``journey`` row is meant, and belongs to its phase."""
        return self.scope.steps

    @property
    def rules(self) -> list[dict[str, Any]]:
        """The rules of the phases it is about."""
        return [rule for rule in self.record.drill["rules"] if rule["phase"] in self.scope.names]

    def unreached(self) -> Verdict | None:
        """The verdict where the scenario has no such phase, or the drill was over before it; None where it came."""
        if self.scope.absent:
            return self.not_exercised(self.scope.absent)
        if self.scope.ahead:
            return self.unknown(
                f"{self.scope.ahead} never began",
                f"The drill was over before {self.scope.ahead} began, so nothing is known of it.",
                next_step="Run the drill again and let it end.",
            )
        return None

    def held(self, measured: str, finding: str, **more: Any) -> Verdict:
        """It did what was asked; SKIPPED where no fault came near, UNKNOWN where most users were not there."""
        if self.scope.untouched:
            return self.not_exercised(f"no fault struck what the application calls in {' and '.join(self.scope.names)}")
        if self.scope.presence.most_were_away:
            return self.survivors(measured, more.get("samples", 0))
        return self._verdict(Status.HELD, measured, finding, **more)

    def broken(self, measured: str, finding: str, **more: Any) -> Verdict:
        """The application did not do it; ``evidence`` holds the rows that prove so."""
        return self._verdict(Status.BROKEN, measured, finding, **more)

    def unknown(self, measured: str, finding: str, **more: Any) -> Verdict:
        """The journal does not say whether the application did it."""
        return self._verdict(Status.UNKNOWN, measured, finding, **more)

    def not_exercised(self, why: str) -> Verdict:
        """The scenario never brought it about, so nothing could break: SKIPPED, and it says why."""
        return self._verdict(Status.SKIPPED, f"{UNEXERCISED}: {why}", f"This drill did not put it to the test: {why}.")

    def survivors(self, measured: str, samples: int) -> Verdict:
        """Most users were still waiting for something of before, so what the others met says nothing of them."""
        presence = self.scope.presence
        return self.unknown(
            measured,
            f"Only {count(presence.entered, 'user')} took a step in {' and '.join(self.scope.names)}; "
            f"{presence.slept:,} more were still waiting for an answer of before, so only survivors can be judged.",
            samples=samples,
            void=True,
            longer=2.0,
            next_step="Let the phase last longer than users wait (a lower --speed), or shorten their patience in the "
            "profile.",
        )

    def too_few(self, samples: int, needed: int, what: str) -> Verdict:
        """Too few samples to judge a share or a quantile."""
        return self.unknown(
            f"{count(samples, what)} of the {needed} needed",
            f"Only {count(samples, what)} can be judged, and fewer than {needed} prove nothing."
            if samples
            else f"There was no {what} to judge.",
            samples=samples,
            longer=min(10.0, max(2.0, math.ceil(1.2 * needed / max(samples, 1)))),
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
        **more: Any,
    ) -> Verdict:
        return Verdict(
            check=self.expectation.check,
            id=self.expectation.id,
            status=status,
            objective=self.objective,
            measured=measured,
            finding=f"{finding}{self.scope.aside}" if self.edges and status is not Status.SKIPPED else finding,
            samples=samples,
            evidence=tuple(evidence),
            journey=self.expectation.journey,
            during=self.expectation.during,
            **more,
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
