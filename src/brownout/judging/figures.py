"""Counts what a drill's record holds: phases, seconds, totals, and what else is worth a note. SQL in, values out."""

from __future__ import annotations

import math
from typing import Any

from brownout.checkers.base import Record
from brownout.checkers.case import count, percent
from brownout.checkers.deaths import TOLD, absent, deaths_in
from brownout.checkers.injection_proof import distrust
from brownout.checkers.timeline import PHASE, until
from brownout.config.units import in_words
from brownout.judging import doubt
from brownout.judging.adoption import METHODS
from brownout.judging.carried import carried_into
from brownout.result import PhaseOutcomes, PhaseResult, Second

GRACE = 1.0
"""Real seconds after a user has left in which an upstream call may still end without being called late."""

_WAITS = "quantile_disc(duration, 0.5) AS p50, quantile_disc(duration, 0.95) AS p95"
_NAMED = 3
REFUSED = " (refused)"
MOST_OF_IT = 0.8
"""An application whose processes have this share of all processors saturates the machine by itself."""
LONGEST = 86_400
"""No more seconds than this are listed one by one."""


def duration(record: Record) -> float:
    """Real seconds from the start of the timeline to the end of the drill, or to its last row if it was killed."""
    return max(0.0, until(record) - float(record.drill["zero"]))


def phases(record: Record) -> tuple[PhaseResult, ...]:
    """What users got in each phase."""
    asked = _keyed(
        record,
        f"SELECT phase_name AS k, count(*) AS asked, count(*) FILTER (outcome = 'ok') AS answered, {_WAITS} "
        "FROM journey WHERE asks GROUP BY k",
    )
    strayed = _keyed(
        record,
        "SELECT phase_name AS k, count(*) AS strayed, count(*) FILTER (outcome = 'ok') AS strayed_answered "
        "FROM journey WHERE asks AND EXISTS (SELECT 1 FROM exchange WHERE exchange.canary = journey.canary "
        "AND injected AND coalesce(exchange.phase, exchange.phase_name) <> journey.phase_name) GROUP BY k",
    )
    injected = _keyed(record, "SELECT phase_name AS k, count(*) FILTER (injected) AS injected FROM exchange GROUP BY k")
    nothing: dict[str, Any] = {"asked": 0, "answered": 0, "p50": None, "p95": None, "injected": 0}
    return tuple(
        PhaseResult(
            name=phase["name"],
            impact=phase["impact"],
            start=phase["start"],
            end=phase["end"],
            **{
                **nothing,
                **{k: v for part in (asked, strayed, injected) for k, v in part.get(phase["name"], {}).items()},
            },
        )
        for phase in record.drill["phases"]
    )


def by_phase(record: Record) -> tuple[PhaseOutcomes, ...]:
    """What the questions of each journey got, phase by phase; without a row where nobody asked."""
    order = {phase["name"]: number for number, phase in enumerate(record.drill["phases"])}
    counted: dict[tuple[int, str, str], dict[str, int]] = {}
    for row in record.rows(
        "SELECT phase_name, journey, outcome, count(*) AS n FROM journey WHERE asks AND phase_name IS NOT NULL "
        "GROUP BY ALL ORDER BY n DESC, outcome"
    ):
        key = (order[row["phase_name"]], row["phase_name"], row["journey"])
        counted.setdefault(key, {})[row["outcome"]] = row["n"]
    return tuple(
        PhaseOutcomes(phase, journey, sum(outcomes.values()), outcomes)
        for (_, phase, journey), outcomes in sorted(counted.items())
    )


def seconds(record: Record) -> tuple[Second, ...]:
    """One row for each drill second from the start of the timeline, empty ones included."""
    last = min(max(1, math.ceil(duration(record))), LONGEST)
    second = f"floor(t - {record.drill['zero']!r})::BIGINT"
    asked = _keyed(
        record,
        f"SELECT {second} AS k, count(*) AS asked, count(*) FILTER (outcome = 'ok') AS answered, "
        "count(*) FILTER (outcome = 'refused') AS refused, count(*) FILTER (outcome = 'hung') AS hung, "
        "count(*) FILTER (outcome NOT IN ('ok', 'refused', 'hung')) AS failed, "
        f"{_WAITS} FROM journey WHERE asks GROUP BY k",
    )
    calls = _keyed(
        record,
        f"SELECT {second} AS k, count(*) AS exchanges, count(*) FILTER (injected) AS injected FROM exchange GROUP BY k",
    )
    users = _keyed(record, _USERS, [record.drill["zero"], last])
    nothing: dict[str, Any] = {
        **dict.fromkeys(("asked", "answered", "refused", "failed", "hung", "injected", "exchanges"), 0),
        **dict.fromkeys(("p50", "p95", "users")),
    }
    return tuple(
        Second(t=float(k), **{**nothing, **asked.get(k, {}), **calls.get(k, {}), **users.get(k, {})})
        for k in range(last)
    )


# Each load worker says how many users it runs; the drill's number is the sum of the latest word of each.
_USERS = """
WITH tick AS (SELECT unnest(range($2::BIGINT)) AS k), worker AS (SELECT DISTINCT w FROM users),
said AS (SELECT tick.k, users.users FROM (SELECT k, w, $1::DOUBLE + k + 1 AS t FROM tick, worker) AS tick
         ASOF JOIN users ON users.w = tick.w AND users.t < tick.t)
SELECT k, sum(users)::BIGINT AS users FROM said GROUP BY k
"""


def totals(record: Record) -> dict[str, Any]:
    """The drill in a few numbers."""
    asked = record.rows(
        "SELECT count(*) FILTER (asks) AS questions, count(*) FILTER (asks AND outcome = 'ok') AS answered, "
        'count(*) AS steps, count(DISTINCT "user") AS users FROM journey'
    )[0]
    calls = record.rows(
        "SELECT count(*) AS exchanges, count(*) FILTER (via <> 'inbound') AS calls, "
        "count(*) FILTER (injected) AS injected, "
        "count(*) FILTER (injected AND delivered) AS delivered, "
        "count(*) FILTER (canary IS NULL) AS unmarked FROM exchange"
    )[0]
    skipped = record.value("SELECT count(*) FROM fault_skipped")
    return {**asked, **calls, "skipped": skipped, "late": _late(record), "torn": record.torn}


def joins(record: Record) -> dict[str, int]:
    """By what the timeline's calls are joined to their questions, the surest first, and how many by nothing."""
    counted = counts(
        record,
        f"SELECT coalesce(joined, 'nothing'), count(*) FROM exchange WHERE {PHASE} IS NOT NULL AND via <> 'inbound' "
        "AND service NOT LIKE '%.connection' GROUP BY 1",
    )
    return {method: counted[method] for method in (*METHODS, "nothing") if method in counted}


def counts(record: Record, sql: str) -> dict[str, int]:
    """A query of two columns, name and number, as a dict; the most frequent first."""
    return {str(name): int(number) for name, number in record.db.execute(f"{sql} ORDER BY 2 DESC, 1").fetchall()}


def other_hosts(record: Record) -> tuple[str, ...]:
    """Hosts the application reached for that are no part of the scenario, and those it was not let through to."""
    rows = record.rows("SELECT host, bool_or(refused) AS refused FROM other_host GROUP BY host ORDER BY host")
    return tuple(f"{row['host']}{REFUSED if row['refused'] else ''}" for row in rows)


def status_posts(record: Record) -> tuple[dict[str, Any], ...]:
    """The status page's entries, by drill second."""
    return tuple(
        record.rows(
            f"SELECT t - {record.drill['zero']!r} AS t, provider, say, indicator FROM status "
            "ORDER BY status.t, provider"
        )
    )


def lines_aside(record: Record) -> str:
    """How many lines of the journal could not be used, and the first few of them with their places."""
    more = "; …" if record.torn > len(record.aside) else ""
    return f"{count(record.torn, 'journal line')} could not be used ({'; '.join(record.aside)}{more})."


def notes(record: Record, numbers: dict[str, Any]) -> tuple[str, ...]:
    """What no checker judges and a reader should know."""
    notes = []
    if record.torn:
        notes.append(lines_aside(record))
    if hosts := other_hosts(record):
        notes.append(f"The application also reached for {', '.join(hosts)}: hidden dependencies of its answers.")
    if numbers["late"]:
        notes.append(
            f"{count(numbers['late'], 'call')} to the platform began, or went on, after the user had left without an "
            "answer: work that nobody waits for."
        )
    played = record.value(f"SELECT count(*) FROM exchange WHERE {PHASE} IS NOT NULL AND via <> 'inbound'")
    if numbers["questions"] and not played:
        notes.append(
            "Questions were asked, but no call to the platform came through the proxy while the timeline played."
        )
    if _deaf(record):
        notes.append(
            "WhatsApp's webhooks were taken, and no message to a user followed. A bot drops what is for another phone "
            "number: webhooks.whatsapp.phone_number_id in the profile has to be the id that it has."
        )
    if refused := distrust(record):
        notes.append(f"{refused[:1].upper()}{refused[1:]}.")
    if carried := carried_into(record).why:
        notes.append(carried)
    if doubt.serious(record):
        notes.append(f"{doubt.in_words_of(record)} {doubt.PROVES_NOTHING}")
    return (*notes, *_saturating(record), *_application(record))


def _saturating(record: Record) -> list[str]:
    """That the application's own processes had the machine to themselves, and were slow by that."""
    row = record.rows(f"SELECT sum(span) AS whole, max(app) AS most FROM pressure WHERE app >= {MOST_OF_IT}")[0]
    if not row["whole"]:
        return []
    return [
        f"For {in_words(row['whole'])} the application's own processes had {percent(row['most'])} of this machine's "
        "processors at most, and 80% at least: it is the application that makes itself slow."
    ]


def _deaf(record: Record) -> bool:
    """Whether people wrote on WhatsApp, the application took it, and never said a word there."""
    row = record.rows(
        "SELECT count(*) FILTER (service = 'whatsapp.webhooks' AND starts_with(model, 'messages.') AND status < 300) "
        "AS taken, count(*) FILTER (service = 'whatsapp.messages') AS said FROM exchange"
    )[0]
    return bool(row["taken"] and not row["said"])


def _late(record: Record) -> int:
    """Calls of questions that had already failed: begun afterwards, or still open well afterwards."""
    late = record.value(
        f"WITH left_at AS (SELECT canary, max(t + duration) + {GRACE} AS t FROM journey "
        "WHERE asks AND canary IS NOT NULL GROUP BY canary HAVING bool_and(outcome <> 'ok')) "
        "SELECT count(*) FROM exchange JOIN left_at USING (canary) "
        "WHERE exchange.t + exchange.duration > left_at.t AND via <> 'inbound'"
    )
    return int(late)


def _application(record: Record) -> list[str]:
    """Whether the application's own process ended while it was needed."""
    zero, deaths = record.drill["zero"], deaths_in(record)
    told = [
        f"The application's process {row['event']} (code {row['code']}) {row['t'] - zero:.1f}s into the drill."
        for row in deaths.rows[:_NAMED]
    ]
    if len(deaths.rows) > _NAMED:
        told.append(f"It ended {count(len(deaths.rows) - _NAMED, 'more time')}.")
    told += [f"The application {each.row['detail']}: {absent(record, each)}." for each in deaths.absences[:TOLD]]
    if len(deaths.absences) > TOLD:
        told.append(f"It was gone {count(len(deaths.absences) - TOLD, 'more time')}.")
    if deaths.restarts:
        told.append(f"Its supervisor (start.restart) started it again {count(deaths.restarts, 'time')}.")
    return told


def _keyed(record: Record, sql: str, parameters: list[Any] | None = None) -> dict[Any, dict[str, Any]]:
    """Rows of a query by their column ``k``."""
    return {row.pop("k"): row for row in record.rows(sql, parameters or ())}
