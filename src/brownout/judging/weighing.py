"""A drill with what its figures are made of: what a comparison needs beyond the verdicts themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brownout.checkers import CHECKERS
from brownout.checkers.aspects import Aspect
from brownout.checkers.base import Manifold, Measuring, Record
from brownout.checkers.observed import Observed
from brownout.judging import doubt
from brownout.judging.judge import expectations_in, judged, outcome_of
from brownout.judging.record import open_record
from brownout.verdict import Status, Verdict


@dataclass(frozen=True)
class Weighed:
    """A drill's row, how it ended, its verdicts, and by their ids the values that their figures are made of.

    ``aspects`` are those of verdicts that rest on several figures.
    A verdict from which something else took the ground has no values.
    """

    path: str
    drill: dict[str, Any]
    outcome: str
    verdicts: tuple[Verdict, ...]
    observed: dict[str, Observed] = field(default_factory=dict)
    aspects: dict[str, Sequence[Aspect]] = field(default_factory=dict)

    def decides(self, id: str) -> bool:
        """Whether it has a verdict on an objective that stands by itself, and no figures of which that is made."""
        mine = (each for each in self.verdicts if each.id == id)
        return id not in self.aspects and any(not each.void and each.status is not Status.SKIPPED for each in mine)


def weigh(path: Path) -> Weighed:
    """The drill whose journal is at ``path``. Raises what ``judge`` raises."""
    record = open_record(path)
    try:
        verdicts = judged(record)
        values = _values(record, verdicts)
        observed = {id: each for id, each in values.items() if isinstance(each, Observed) and each.asked}
        aspects = {id: each for id, each in values.items() if not isinstance(each, Observed) and each}
        return Weighed(str(path), record.drill, outcome_of(record), verdicts, observed, aspects)
    finally:
        record.db.close()


def _values(record: Record, verdicts: tuple[Verdict, ...]) -> dict[str, Observed | Sequence[Aspect]]:
    """What is left after ``judged`` took out what is void, and without what a stall of ours may have touched."""
    if record.torn:
        return {}  # what is missing may be what failed
    sound = {each.id for each in verdicts if not each.void and each.status is not Status.SKIPPED}
    values: dict[str, Observed | Sequence[Aspect]] = {}
    with doubt.without_doubtful(record):
        for expectation in expectations_in(record.drill):
            if expectation.id not in sound:
                continue
            checker = CHECKERS[expectation.check]
            if isinstance(checker, Measuring):
                values[expectation.id] = checker.observe(record, expectation)
            elif isinstance(checker, Manifold):
                values[expectation.id] = checker.aspects(record, expectation)
    return values
