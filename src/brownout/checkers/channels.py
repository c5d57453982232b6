"""What channels do to questions: when a channel ends, how a message came to the application, who asked elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from brownout.checkers.base import Record

_DELAYING = "('webhook_held', 'webhook_late', 'webhook_reordered')"
_MESSAGES = "via = 'inbound' AND service LIKE '%.webhooks' AND starts_with(model, 'messages.') AND canary IS NOT NULL"
DELIVERIES = f"""
SELECT canary, count(*)::BIGINT AS attempts, sum(events)::BIGINT AS posts, max(events) AS at_once,
       min(t + duration) FILTER (status BETWEEN 200 AND 299) AS taken,
       min(CASE WHEN fault IN {_DELAYING} THEN t + duration ELSE t END) FILTER (events > 0) AS came,
       bool_or(events = 0 OR coalesce(fault IN {_DELAYING}, FALSE)) AS delayed
FROM exchange WHERE {_MESSAGES} GROUP BY canary
"""
"""SQL: how each message of a user came to the application, by canary.

So many ``attempts`` of the channel to deliver it, ``posts`` in all (``at_once``: the most in one attempt); ``came`` and
``taken`` are the seconds at which it first arrived, and at which the application first said yes (NULL for never).
``delayed`` where the channel lost an attempt or held it back. What is said without words has no canary, and no row.
"""

_REPLACED = """
SELECT DISTINCT max_by(before.rowid, before.turn) FROM journey AS before
JOIN (SELECT rowid AS later, * FROM journey WHERE instead_of IS NOT NULL AND again IS NOT TRUE) AS instead
ON before.journey = instead.journey AND before."user" = instead."user" AND before.iteration = instead.iteration
AND before.step = instead.instead_of AND before.turn < instead.turn AND before.again IS NOT TRUE GROUP BY instead.later
"""
QUESTION = f"(asks AND rowid NOT IN ({_REPLACED}))"
"""SQL condition on ``journey`` rows: a question, as it was asked last. What was asked again in another channel is one
question, and the step that was taken instead says what became of it."""


@dataclass(frozen=True)
class Ending:
    """The end of a channel: when it was announced, and when it came; monotonic seconds."""

    name: str
    announced: float | None
    deadline: float


def endings(record: Record) -> tuple[Ending, ...]:
    """The ends of channels in this scenario, the soonest first."""
    zero = record.drill["zero"]
    endings = [
        Ending(
            str(row["name"]),
            None if row.get("announced") is None else zero + float(row["announced"]),
            zero + float(row["deadline"]),
        )
        for row in record.drill.get("channels") or ()
    ]
    return tuple(sorted(endings, key=lambda ending: ending.deadline))


def ended_at(record: Record) -> str:
    """SQL: when the channel of a ``journey`` row ended; NULL for one that does not."""
    ends = " ".join(f"WHEN '{ending.name}' THEN {ending.deadline!r}" for ending in endings(record))
    return f"(CASE channel {ends} END)" if ends else "NULL::DOUBLE"


def lasted(record: Record, until: float) -> bool:
    """Whether the drill went on until then; a killed one did for as long as users took steps."""
    if record.end is not None:
        return float(record.end["t"]) >= until
    last = record.value("SELECT max(t) FROM journey")
    return last is not None and float(last) >= until
