"""When the faults on what an application calls had ended, or had fallen below a share: where recovery begins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from typing import Any

from brownout.checkers.base import Record
from brownout.checkers.case import percent
from brownout.checkers.rules import concerns
from brownout.checkers.timeline import PHASE
from brownout.config import share
from brownout.scenario import OUTAGES

_STEPS = 500
"""A phase is looked at so many times: a ramp falls below a share within a five-hundredth of its phase."""

_ONLY_LATE = (
    "fault IN ('slow_drip', 'slow_first_token', 'slow_headers', 'slow_stream') "
    "AND \"end\" = 'complete' AND status BETWEEN 200 AND 299"
)
"""SQL: a strike that cost time and no answer. Where clients give up on it, it is a fault like any other."""

Curve = Callable[[float], float]
"""The part of a service's calls that a rule strikes, at a drill second."""
ShareAt = Callable[[dict[str, Any], float], float]
"""The part of calls that faults strike in a phase, at a drill second."""
Span = tuple[float, float]
"""From when to when, in drill seconds."""


@dataclass(frozen=True)
class Healing:
    """``at``: monotonic seconds. ``words`` say what had happened then."""

    at: float
    words: str


@dataclass(frozen=True)
class _Struck:
    """Of a rule and a service: how many calls it could strike, how many it struck, and when it last did.

    ``spoiled`` are those struck whose answer did not come whole, for faults that merely take time; else all of them.
    """

    eligible: int
    injected: int
    spoiled: int
    last: float | None

    @property
    def weight(self) -> float:
        """The part of its strikes that can cost an answer; 1 for a rule that struck nothing."""
        return self.spoiled / self.injected if self.injected else 1.0


def healing(record: Record, below: float) -> Healing | str:
    """From where on no more than ``below`` of the calls of any service met a fault; or why there is no such moment."""
    phases = record.drill["phases"]
    outages = [index for index, phase in enumerate(phases) if phase["impact"] in OUTAGES]
    if not outages:
        return "this scenario has no outage to recover from"
    if outages[-1] == len(phases) - 1:
        return "this scenario's outage lasts to its end"
    share_at = _shares(record)
    bad = [moment for phase in phases for moment in _moments(phase) if share_at(phase, moment[0]) > below + 1e-9]
    if not bad:
        return f"faults struck no more than {percent(below)} of what the application calls"
    healed = bad[-1][1]
    if healed >= phases[-1]["end"]:
        return "the faults on what the application calls last to the end of this scenario"
    rest = max(share_at(phase, at) for phase in phases for at, _ in _moments(phase) if at >= healed)
    what = f"had fallen to {percent(below)} of calls or less" if rest else "had ended"
    return Healing(record.drill["zero"] + healed, f"the faults on what the application calls {what}")


def _moments(phase: dict[str, Any]) -> Iterator[tuple[float, float]]:
    """Short stretches of a phase: the middle and the end of each, in drill seconds."""
    length = (phase["end"] - phase["start"]) / _STEPS
    for number in range(_STEPS):
        yield phase["start"] + (number + 0.5) * length, phase["start"] + (number + 1) * length


def downtimes(record: Record, services: Container[str], *parts: float) -> list[list[Span]]:
    """For each of these parts, when faults strike so large a one of the calls to any of these services."""
    share_at = _shares(record, services)
    return [_spans(record, share_at, part) for part in parts]


def _spans(record: Record, share_at: ShareAt, from_: float) -> list[Span]:
    """When it is so large, or larger; joined over phases."""
    spans: list[Span] = []
    for phase in record.drill["phases"]:
        length = (phase["end"] - phase["start"]) / _STEPS
        for middle, end in _moments(phase):
            if share_at(phase, middle) < from_ - 1e-9:
                continue
            if spans and end - length <= spans[-1][1] + length / 2:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((end - length, end))
    return spans


def _shares(record: Record, only: Container[str] | None = None) -> ShareAt:
    """The part of calls that faults strike at a drill second of a phase, of the service that is struck the most."""
    calls, struck = _calls(record), _strikes(record)
    services = {service for _, service in calls if only is None or service in only}
    curves: dict[str, dict[str, list[Curve]]] = defaultdict(lambda: defaultdict(list))
    for rule in record.drill["rules"]:
        phase = next((each for each in record.drill["phases"] if each["name"] == rule["phase"]), None)
        for service in filter(concerns(rule), services if phase else ()):
            met = struck.get((rule["id"], service))
            curve = _curve(record, rule, phase or {}, met, calls.get((rule["phase"], service), 0))
            if curve is not None:
                curves[rule["phase"]][service].append(curve)

    def share_at(phase: dict[str, Any], second: float) -> float:
        return max((sum(each(second) for each in those) for those in curves[phase["name"]].values()), default=0.0)

    return share_at


def _calls(record: Record) -> dict[tuple[str, str], int]:
    """Calls of questions, and their connections, by phase and service; of anything, where no call has a canary."""
    rows = record.rows(
        f"SELECT {PHASE} AS within, service, count(*) AS n FROM exchange WHERE within IS NOT NULL "
        "AND (canary IS NOT NULL OR service LIKE '%.connection' "
        "OR NOT EXISTS (SELECT 1 FROM exchange WHERE canary IS NOT NULL)) GROUP BY ALL"
    )
    return {(row["within"], row["service"]): row["n"] for row in rows}


def _strikes(record: Record) -> dict[tuple[str, str], _Struck]:
    rows = record.rows(
        "SELECT id, service, count(*) AS eligible, count(*) FILTER (injected AND rule = id) AS injected, "
        f"count(*) FILTER (injected AND rule = id AND NOT ({_ONLY_LATE})) AS spoiled, "
        "max(t) FILTER (injected AND rule = id) AS last "
        "FROM (SELECT *, unnest(eligible) AS id FROM (SELECT * EXCLUDE (id) FROM exchange)) GROUP BY id, service"
    )
    return {(row.pop("id"), row.pop("service")): _Struck(**row) for row in rows}


def _curve(
    record: Record, rule: dict[str, Any], phase: dict[str, Any], met: _Struck | None, calls: int
) -> Curve | None:
    """How much of a service's calls one rule strikes while its phase lasts; None where it strikes none.

    Where the application did not call in the phase, the faults were there all the same: it is taken to be eligible.
    """
    if calls and met is None:
        return None
    weight = min(1.0, met.eligible / calls) * met.weight if met and calls else 1.0
    written = rule.get("curve") if "curve" in rule else rule.get("mean_share")
    if written is None:
        return _as_seen(record, weight, met)
    shape, speed = share.read(written), float(record.drill["speed"])
    start, lasts = phase["start"], (phase["end"] - phase["start"]) * speed
    return lambda second: weight * shape.at((second - start) * speed, lasts)


def _as_seen(record: Record, weight: float, met: _Struck | None) -> Curve | None:
    """Of a rule that counts calls: the part that it struck, until it last did."""
    if met is None or met.last is None:
        return None
    part, last = weight * met.injected / met.eligible, met.last - record.drill["zero"]
    return lambda second: part if second <= last else 0.0
