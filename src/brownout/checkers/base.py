"""What a checker sees of a drill, and what it is: a pure function from the journal to verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import duckdb

from brownout.checkers.aspects import Aspect
from brownout.checkers.observed import Observed
from brownout.checkers.sampling import Sampling
from brownout.expect import AnyExpect
from brownout.verdict import Status, Verdict


@dataclass(frozen=True)
class Record:
    """A journal, opened for questions.

    ``db`` has one table a kind of row (``exchange``, ``journey``, ``history``, ``export``, ``chat``, ``effects``,
    ``tool``, ``before``, ``vitals``, ``phase``, ``fault_skipped``, ``process``, ``users``, ``other_host``, ``stall``,
    ``pressure``, ``status``), each with the row's own columns. The first nine have two more, ``phase_name`` and
    ``impact``: where on the timeline ``t`` falls (NULL outside it). A ``journey`` has ``over_at``, when the step was
    over. ``joined`` says by what a call belongs to a question (``canary``, ``id``, ``traceparent``, ``baggage``,
    ``conversation``, ``window``; NULL: to none that is known): it has that question's canary then, and is ``tied``
    where its own words do not say so. ``waiting`` says who had a step open when. ``drill`` is the drill row; ``end``
    the end row, or None for a drill that was killed. ``torn`` counts lines that could not be used, and ``aside`` says
    of the first few where and why.
    """

    db: duckdb.DuckDBPyConnection
    drill: dict[str, Any]
    end: dict[str, Any] | None
    torn: int = 0
    aside: tuple[str, ...] = ()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """The result of a query, as dicts."""
        cursor = self.db.execute(sql, list(parameters))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The first column of the first row."""
        row = self.db.execute(sql, list(parameters)).fetchone()
        return None if row is None else row[0]

    @contextmanager
    def tentatively(self) -> Iterator[None]:
        """Rows may be changed and taken out for as long as this lasts; then all of them are as they were."""
        self.db.execute("BEGIN")
        try:
            yield
        finally:
            self.db.execute("ROLLBACK")


class Checker(Protocol):
    """One property. ``expectation`` is an item of the profile's ``expect``; None for a checker that always runs."""

    name: str

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """The verdict on this property. A raised exception becomes UNKNOWN."""


@runtime_checkable
class Manifold(Protocol):
    """A checker whose verdict rests on several shares and means, each asked for by itself."""

    def aspects(self, record: Record, expectation: AnyExpect) -> Sequence[Aspect]:
        """The values of each; none where nothing was put to the test, or something else than these decides."""


@runtime_checkable
class Measuring(Protocol):
    """A checker whose verdict rests on a share, a quantile or a ratio: two drills can be compared by it."""

    def observe(self, record: Record, expectation: AnyExpect) -> Observed:
        """The values that its figure is made of; none where nothing was met."""

    def rule(self, observed: Observed, expectation: AnyExpect, sampling: Sampling) -> Status:
        """What such values say of the expectation, be they of one drill or of several."""
