"""Journal rows told in words, each tied by its canary to the faults that were injected into it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, count
from brownout.checkers.joins import joins_of
from brownout.config.units import in_words
from brownout.verdict import OUTCOMES, Evidence


@dataclass(frozen=True)
class Fate:
    """What was injected into one question's exchanges: in words, and the most frequent fault as the journal has it."""

    words: str
    fault: dict[str, Any] = field(default_factory=dict)


def faults_met(record: Record, canaries: Iterable[str | None]) -> dict[str, Fate]:
    """What happened upstream to each of these questions, by canary."""
    wanted = sorted({canary for canary in canaries if canary})
    by_canary: dict[str, list[dict[str, Any]]] = {canary: [] for canary in wanted}
    for row in record.rows(
        "SELECT canary, injected, rule, fault, delivered, how, via = 'inbound' AS webhook, count(*) AS n FROM exchange "
        "WHERE list_contains(?::VARCHAR[], canary) GROUP BY ALL ORDER BY canary, n DESC, rule",
        [wanted],
    ):
        by_canary[row.pop("canary")].append(row)
    unsure = not all(by_canary.values()) and joins_of(record).weak
    return {canary: _fate(rows, "is known" if unsure else "reached the platform") for canary, rows in by_canary.items()}


def _fate(rows: list[dict[str, Any]], lack: str) -> Fate:
    calls, webhooks = (sum(row["n"] for row in rows if row["webhook"] is inbound) for inbound in (False, True))
    silent = "" if calls else f"no call of it {lack}"
    if not rows:
        return Fate(silent)
    parts = [count(calls, "call") + " to the platform"] * bool(calls) + [count(webhooks, "webhook")] * bool(webhooks)
    what = f"{silent}{'; ' if silent else ''}its {' and '.join(parts)} met"
    struck = [row for row in rows if row["injected"]]
    if not struck:
        return Fate(f"{what} no fault")
    met = "; ".join(f"{_times(row)} (rule {row['rule']}, {row['how'] or 'not seen'})" for row in struck)
    fault = {name: struck[0][name] for name in ("rule", "fault", "delivered", "how")}
    return Fate(f"{what} {met}", fault)


def _times(row: dict[str, Any]) -> str:
    return str(row["fault"]) if row["n"] == 1 else f"{row['fault']} {row['n']} times"


def journeys(
    record: Record, condition: str, parameters: Sequence[Any], order: str = "t", apart: str = "outcome"
) -> tuple[Evidence, ...]:
    """Up to five journey rows that fulfil an SQL condition, as different as can be in ``apart``, told in words."""
    rows = record.rows(
        "SELECT * EXCLUDE nth FROM (SELECT rowid AS r, row_number() OVER "
        f"(PARTITION BY {apart} ORDER BY {order}) AS nth FROM journey WHERE {condition} QUALIFY nth <= {EVIDENCE}) "
        f"JOIN journey ON journey.rowid = r ORDER BY nth, {order} LIMIT {EVIDENCE}",
        list(parameters),
    )
    fates = faults_met(record, (row["canary"] for row in rows))
    none = Fate("")
    return tuple(
        Evidence(_told(row, fate.words), _plain("journey", {**row, **fate.fault}))
        for row in rows
        for fate in (fates.get(row["canary"] or "", none),)
    )


def questions(record: Record, canaries: list[str]) -> tuple[Evidence, ...]:
    """The questions with these canaries, in this order."""
    place = "list_position($1::VARCHAR[], canary)"
    return journeys(record, "asks AND list_contains($1::VARCHAR[], canary)", [canaries], place, "canary")


def _told(row: dict[str, Any], fate: str) -> str:
    got = OUTCOMES.get(row["outcome"], row["outcome"])
    if row["forgotten"]:
        got += f" that had forgotten {count(len(row['forgotten']), 'earlier question')}"
    instead = f" instead of {row['instead_of']}" if row["instead_of"] else ""
    again = f", sent {row['attempt'] + 1} times" if row["attempt"] else ""
    who = f"user {row['user']} ({row['journey']}/{row['step']}{instead}{again})"
    return f"{who}: {got} after {in_words(row['duration'])}{f'; {fate}' if fate else ''}"


def told(kind: str, rows: Sequence[dict[str, Any]], words: Callable[[dict[str, Any]], str]) -> tuple[Evidence, ...]:
    """Rows of one kind, each with what it shows in words."""
    return tuple(shown(kind, row, words(row)) for row in rows)


def shown(kind: str, row: dict[str, Any], words: str) -> Evidence:
    """One row of a kind, with what it shows in words."""
    return Evidence(words, _plain(kind, row))


def _plain(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row as the journal has it, without what was added for questions."""
    added = ("r", "phase_name", "impact", "over_at", "tied", "called")
    plain = {name: value for name, value in row.items() if name not in added and value is not None}
    if plain.get("joined") == "canary":
        del plain["joined"]  # the row's own; by what else it was joined a reader should know
    if isinstance(plain.get("draws"), str):
        plain["draws"] = json.loads(plain["draws"])
    return {"kind": kind, **plain}
