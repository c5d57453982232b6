"""Drills of one application each: what is said of a drill, or of an application, as a whole."""

from __future__ import annotations

from typing import Any

from brownout.selftest.benches.base import KEY, Bench, phase, scenario, starts

_RESET = {"fault": "connection_reset", "on": "openai.chat"}
_FAILS = {"fault": "server_error", "on": "openai.chat"}
# People who come back all at once fill its queue, and swamped it still takes what they ask of their own accord.
_OVERLOAD = {
    "fault": "overload",
    "on": "openai.chat",
    "capacity": "40 rps",
    "queue": "100ms",
    "worst": "50%",
    "recover": "2s",
}
_COME_BACK: dict[str, Any] = {"users": 8, "surge": 4, "arrive": 200, "pause": "2s"}
_HOLDING = {"check": "resources", "within": "1s"}
_STORM = {"check": "storm", "within": "2s"}


def _profile(name: str, *expect: dict[str, Any], reply: str = "reply", **load: Any) -> dict[str, Any]:
    ask = {"name": "ask", "post": "/ask", "json": {"text": "{{ message }}"}, "reply": {"json": reply, "error": "error"}}
    return {
        "name": name.replace("_", "-"),
        "start": starts("small", OPENAI_API_KEY=KEY, DEFECT=name),
        "journeys": {name: {"patience": "12s", "steps": [ask]}},
        "load": {"users": 4, "arrive": 50, "pause": "100ms", **load},
        "expect": [{"check": "no_leaks"}, *expect],
        "settle": "100ms",
    }


def _bad(name: str, title: str, *more: dict[str, Any]) -> dict[str, Any]:
    timeline = more or (phase("healthy", 1, "operational"), phase("outage", 2, "major_outage", _RESET))
    return scenario(f"{name.replace('_', '-')}-bad-day", title, *timeline)


def _holding(name: str, title: str) -> Bench:
    outage = phase("outage", 10, "major_outage", _FAILS)
    healthy, recovered = phase("healthy", 5, "operational"), phase("recovered", 5, "operational")
    return Bench(
        name, _profile(name, _HOLDING, pause="400ms"), _bad(name, title, healthy, outage, recovered), once=True
    )


def _storming(name: str, title: str) -> Bench:
    phases = (
        phase("healthy", 6, "operational"),
        phase("weak", 7, "major_outage", _OVERLOAD),
        phase("recovered", 1, "operational"),
    )
    return Bench(name, _profile(name, _STORM, **_COME_BACK), _bad(name, title, *phases), once=True)


BENCHES = (
    Bench("bypasses", _profile("bypasses"), _bad("bypasses", "An application that calls no platform"), once=True),
    Bench("dies", _profile("dies"), _bad("dies", "An application that dies of a broken connection"), once=True),
    _storming("eases_off", "An application that asks once more"),
    _holding("holds", "An application that keeps files open"),
    _holding("lets_go", "An application that keeps nothing open"),
    Bench(
        "misfit",
        _profile("misfit", reply="answer.text"),
        _bad("misfit", "A profile that looks in the wrong place", phase("healthy", 6, "operational")),
        once=True,
    ),
    _storming("storms", "An application that asks again and again"),
)
