"""Faults that strike before there is a call, in whole drills."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.drills import PROFILE, Desk, a_desk, scenario

pytestmark = pytest.mark.e2e
FAILS = {"fault": "tls_failure", "on": "openai.chat"}
ACME = "https://llm.acme.example/api/v1"


def _journey(**body: str) -> dict[str, Any]:
    step = {"name": "ask", "post": "/ask", "json": {"text": "{{ message }}", **body}, "reply": {"json": "reply"}}
    return {"patience": "5s", "steps": [step]}


BOTH = {
    **PROFILE,
    "connect": "intercept",
    "platforms": {"acme": ACME},
    "journeys": {"openai": _journey(), "acme": _journey(at=ACME)},
    "load": {"users": 4, "arrive": 50, "pause": "50ms"},
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as found:
        yield found


def test_rules_about_connections_and_about_an_intercepted_platforms_calls_are_proved_apart(desk: Desk) -> None:
    desk.write("brownout.yaml", BOTH)
    desk.write("short.yaml", scenario(FAILS, {"fault": "server_error", "on": "acme.chat"}, lasts="2s"))
    done = desk.brownout("run", "short.yaml", "--out", "out")

    assert done.returncode == 1, done.stderr
    result = desk.result()
    connections, calls = result["rules"]
    assert (connections["state"], calls["state"]) == ("struck", "struck")
    assert connections["eligible"] == connections["selected"] == connections["injected"] > 0
    rows = [row for row in desk.rows("exchange") if row["phase"]]
    assert {row["service"] for row in rows} == {"openai.connection", "acme.chat"}
    found = {(row["via"], row["status"]) for row in rows if row["service"] == "acme.chat"}
    assert found == {("intercept", 500)}
    assert "HELD" in next(each["status"] for each in result["verdicts"] if each["check"] == "injection_proof")
    assert desk.survivors() == []


def test_where_it_cannot_reach_the_application_the_drill_is_refused(desk: Desk) -> None:
    desk.write("short.yaml", scenario(FAILS))
    done = desk.brownout("run", "short.yaml", "--out", "out")

    assert done.returncode == 2
    assert "use connection_reset or hang" in " ".join(done.stderr.split())
    assert not desk.out.exists()
