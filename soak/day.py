"""The day: 24 hours, each with some faults of the catalogue, so that all of them have their turns. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fidelity.cases import CASES

from brownout.faults import FAULTS

HOURS = 24
AN_HOUR = 7
"""How many of the catalogue's faults an hour has."""
_IMPACTS = ("degraded", "partial_outage", "major_outage", "recovering")
_HISTORIES = ("crossed", "duplicated", "gone", "late", "partial", "reordered", "stale")
_NOT_SENT = {"context_damaged", "message_undelivered", *(f"history_{kind}" for kind in _HISTORIES)}
CATALOGUE = {name for name, fault in FAULTS.items() if "deliveries" not in fault.strikes} - _NOT_SENT
"""The faults that can strike what the soak sends: no webhooks, no WhatsApp, no conversations of several turns."""
_NARROW = "60%"  # of few calls that can show the fault at all
_BRIEF = {"release_after": "2s"}

# What needs a socket of its own in the table of wires, or more than one call.
_CONNECTIONS: tuple[dict[str, Any], ...] = (
    {"fault": "certificate_expired"},
    {"fault": "connection_refused"},
    {"fault": "half_open", **_BRIEF},
    {"fault": "half_open"},
    {"fault": "name_not_resolved"},
    {"fault": "tls_failure"},
    {"fault": "tls_failure", "sends": "plain_http"},
)
_SOCKETS: tuple[dict[str, Any], ...] = (
    {"fault": "session_expired", "after": "2 messages"},
    {"fault": "ws_close", "after": "2 messages"},
    {"fault": "ws_close", "code": 1006, "reset": True, "after": "2 messages"},
    {"fault": "ws_delay", "delay": "300ms", "after": "1 message"},
    {"fault": "ws_drop", "after": "1 message"},
    {"fault": "ws_duplicate", "after": "1 message"},
    {"fault": "ws_error", "then": "close"},
    {"fault": "ws_error", "then": "answer"},
)
_OTHERS: tuple[dict[str, Any], ...] = (
    {"fault": "history_missing", "share": _NARROW},
    {"fault": "job_failed", "share": _NARROW},
    {"fault": "job_stuck", "share": _NARROW},
    {"fault": "prefill_refused", "share": _NARROW},
    {"fault": "stream_annotated", "share": _NARROW},
    {"fault": "wrong_embedding", "share": _NARROW},
)
_LOADED = {"fault": "overload", "capacity": "3 rps", "queue": "1s", "recover": "20m"}


def _share(fault: str) -> str:
    """More where only one client in four can be struck."""
    return "35%" if fault.startswith("http2_") else "12%"


def _catalogue() -> list[dict[str, Any]]:
    """Every fault that strikes a call, in every variant of the table of wires."""
    cases = [{"fault": case.fault, "share": _share(case.fault), **case.settings} for case in CASES]
    return [*cases, *_OTHERS]


def _rules(hour: int) -> Iterator[Mapping[str, Any]]:
    catalogue = _catalogue()
    yield {"share": "8%", **_CONNECTIONS[hour % len(_CONNECTIONS)]}
    yield {"share": _NARROW, **_SOCKETS[hour % len(_SOCKETS)]}
    for number in range(AN_HOUR):
        yield catalogue[(hour * AN_HOUR + number) % len(catalogue)]
    if hour % 4 == 0:
        yield _LOADED


def day() -> dict[str, Any]:
    """The scenario."""
    timeline = [
        {
            "phase": f"hour-{hour:02}",
            "lasts": "1h",
            "impact": _IMPACTS[hour % len(_IMPACTS)],
            "rules": [{"on": "openai.*" if rule is _LOADED else "*", **rule} for rule in _rules(hour)],
        }
        for hour in range(HOURS)
    ]
    return {"brownout": 1, "name": "soak", "title": "A day of everything", "seed": 24, "timeline": timeline}


def struck(by_rule: Mapping[str, Mapping[str, int]]) -> set[str]:
    """The faults that were carried out, by what a proxy tells of its rules."""
    return {rule.rpartition(".")[2] for rule, stats in by_rule.items() if stats["delivered"]}
