"""Questions asked one at a time: how an application waits, repeats, refuses, falls back, comes back, and acts."""

from __future__ import annotations

from typing import Any

from brownout.selftest.benches.base import KEY, LOOSELY, Bench, expected, phase, scenario, starts
from brownout.selftest.defects import DEFECTS

COMMON = ("no_leaks", "whole_answers", "honest_errors", "blame", "no_futile_retries")
"""What everybody is asked."""
_FAILING = {"during": ["outage", "calm"], **LOOSELY}
SETTINGS: dict[str, dict[str, Any]] = {
    "breaker": {
        "primary": "anthropic.messages",
        "opens_within": "2s",
        "closes_within": "3s",
        "probes": "60%",
        **LOOSELY,
    },
    "bulkhead": LOOSELY,
    "cost": {"at_most": "2x", **LOOSELY},
    "failover": {"at_least": "50%", **LOOSELY},
    "first_token": {"p90": "4s", **_FAILING},
    "latency": {"p90": "4s", **_FAILING},
    "no_hang": {"within": "4s"},
    "recovery": {"within": "3s", "at_least": "80%"},
    "retry_amplification": {"at_most": 3, **LOOSELY},
    "success": {"at_least": "50%", **_FAILING},
}
"""Each objective lies far from what the defect does, and from what its twin does."""
_FAULTS: dict[str, dict[str, Any]] = {
    "breaks": {"fault": "server_error"},
    "breaks-off": {"fault": "stream_reset"},
    "crawls": {"fault": "slow_stream", "gap": "130ms"},
    "cuts": {"fault": "stream_cut", "after": "10 events"},
    "hangs": {"fault": "hang"},
    "keyed": {"fault": "auth_error"},
    "limits": {"fault": "rate_limit", "retry_after": "3s", "real": True},
    "overloads": {"fault": "overloaded"},
    "starts-late": {"fault": "slow_first_token", "delay": "6s"},
    "too-long": {"fault": "context_too_long"},
}
"""Which fault each model of the application meets, always."""
_RULES = [{"on": "openai.chat", "when": {"model": model}, **fault} for model, fault in _FAULTS.items()]
_RULES.append({"on": "anthropic.messages", "fault": "overloaded"})
_STREAMS = ("buffered", "other_starts", "passed_on", "slow_start")
_MESSAGE = "Reference {{ canary }}. Why is the sky blue?"


def _ask(path: str, **more: Any) -> dict[str, Any]:
    body = {"text": "{{ message }}", "talk": "{{ user }} {{ iteration }}"}
    reply = {"reply": {"json": "reply", "error": "error"}}
    return {"name": "ask", "post": path, "json": body, **reply, **more}


def _journey(name: str, checks: set[str]) -> dict[str, Any]:
    journey: dict[str, Any] = {"message": _MESSAGE, "patience": "12s", "steps": [_ask(f"/{name}")]}
    if name in _STREAMS:
        journey["steps"] = [_ask(f"/{name}", reply={"sse": "delta", "error": "error"})]
        journey["weight"] = 3
    elif "recovery" in checks:
        journey["steps"] = [_ask(f"/{name}", repeat=5, think="100ms")]
        journey["weight"] = 5
    elif "breaker" in checks:
        journey["steps"] = [_ask(f"/{name}", repeat=3, think="100ms")]
        journey["weight"] = 3
    elif checks & {"bulkhead", "cost", "latency", "retry_amplification"}:
        journey |= {"patience": "5s" if "bulkhead" in checks else "12s", "weight": 3}
    elif "failover" in checks:
        other = _ask(f"/{name}/other") | {"name": "other", "instead_of": "ask"}
        journey["steps"] = [_ask(f"/{name}/start") | {"name": "start"}, _ask(f"/{name}"), other]
    if "no_hang" in checks:
        journey["patience"] = "5s"
    if name == "hog":
        journey["weight"] = 4
    if name.startswith("refunds") or name.endswith("mails"):
        journey["effects"] = {"get": f"/{name}/effects", "items": "effects"}
    return journey


def _bounded(journeys: dict[str, Any]) -> list[dict[str, Any]]:
    """Nobody waits for ever, but those whose patience is short for a defect's sake."""
    patient = [name for name, journey in journeys.items() if journey["patience"] == "12s" and name != "hog"]
    return [{"check": "no_hang", "journey": name, "within": "11s"} for name in patient]


def _profile() -> dict[str, Any]:
    checks: dict[str, set[str]] = {}
    for defect in DEFECTS.values():
        for name in (defect.name, defect.twin) if defect.bench == "asked" else ():
            checks.setdefault(name, set()).add(defect.check)
    checks |= {"hog": set(), "survives": set()}
    journeys = {name: _journey(name, checks[name]) for name in sorted(checks)}
    return {
        "name": "asked",
        "start": starts("asked", OPENAI_API_KEY=KEY),
        "journeys": journeys,
        "load": {
            "users": 2 * sum(each.get("weight", 1) for each in journeys.values()),
            "arrive": 50,
            "pause": "1200ms",
        },
        "expect": [*expected("asked", SETTINGS, COMMON), *_bounded(journeys)],
        "settle": "100ms",
    }


BENCH = Bench(
    "asked",
    _profile(),
    scenario(
        "asked-bad-day",
        "Questions on a bad day",
        phase("healthy", 3, "operational"),
        phase("outage", 9, "major_outage", *_RULES),
        phase("recovered", 6, "operational"),
    ),
    scenario("asked-good-day", "Questions on a good day", phase("calm", 6, "operational")),
)
