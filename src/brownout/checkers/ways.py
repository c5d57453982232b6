"""Questions, and the calls that each became: read once, for checks on which services they used, and when."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE
from brownout.checkers.channels import QUESTION
from brownout.checkers.sampling import Cluster
from brownout.checkers.stretches import Asked, clusters_of
from brownout.verdict import Evidence


@dataclass(frozen=True)
class Way:
    """One question: whose, where on the timeline, what came of it, and the calls of its own, in their order."""

    row: dict[str, Any]
    calls: tuple[dict[str, Any], ...]

    @property
    def t(self) -> float:
        """When it was asked, in monotonic seconds."""
        return float(self.row["t"])

    @property
    def kind(self) -> tuple[str, str]:
        """Which step of which journey it was."""
        return self.row["journey"], self.row["step"]

    @property
    def well(self) -> bool:
        """Whether it was asked in a healthy phase, and no call of it met a fault."""
        return self.row["impact"] == "operational" and not any(call["injected"] for call in self.calls)

    def to(self, services: Container[str], until: float = math.inf) -> list[dict[str, Any]]:
        """Its calls to these services that began before this second."""
        return [call for call in self.calls if call["service"] in services and call["t"] < until]


def ways(record: Record, journey: str | None = None) -> list[Way]:
    """All questions with a canary, by when they were asked."""
    calls: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for call in record.rows(
        "SELECT id, canary, t, service, duration, injected, step, status BETWEEN 200 AND 299 AND \"end\" = 'complete' "
        "AS good, status BETWEEN 200 AND 299 AND \"end\" <> 'complete' AS broke_off, model, tokens_in, tokens_out, "
        "estimated FROM exchange WHERE canary IS NOT NULL AND via <> 'inbound' ORDER BY t, rowid"
    ):
        calls[call["canary"]].append(call)
    rows = record.rows(
        'SELECT rowid AS r, t, canary, journey, step, "user", duration, outcome, impact, phase_name, iteration, '
        "disclosed, model, usage FROM journey "
        f"WHERE {QUESTION} AND canary IS NOT NULL AND (?::VARCHAR IS NULL OR journey = ?) ORDER BY t, rowid",
        [journey, journey],
    )
    return [Way(row, tuple(calls.get(row["canary"], ()))) for row in rows]


def proof(record: Record, asked: Sequence[Way], bad: Callable[[Way], bool]) -> Callable[[], tuple[Evidence, ...]]:
    """The rows of those that are bad, read when they are asked for."""

    def rows() -> tuple[Evidence, ...]:
        ids: list[Any] = [each.row["r"] for each in asked if bad(each)][:EVIDENCE]
        return evidence.journeys(record, "list_contains(?::BIGINT[], rowid)", [ids])

    return rows


def clusters(asked: Iterable[Way], good: Callable[[Way], bool]) -> tuple[list[Cluster], list[Cluster]]:
    """How many of them are good, by user and by second."""
    return clusters_of([Asked(each.t, (each.row["journey"], each.row["user"]), good(each)) for each in asked])
