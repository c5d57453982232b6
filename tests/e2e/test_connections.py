"""Faults that strike before there is a call, in whole drills."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.drills import PROFILE, Desk, a_desk, scenario

pytestmark = pytest.mark.e2e
FAILS = {"fault": "tls_failure", "on": "openai.chat"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as found:
        yield found


def test_the_proof_of_a_rule_about_connections_is_complete(desk: Desk) -> None:
    desk.write("brownout.yaml", {**PROFILE, "connect": "intercept"})
    desk.write("short.yaml", scenario(FAILS, lasts="2s"))
    done = desk.brownout("run", "short.yaml", "--out", "out")

    assert done.returncode == 1, done.stderr
    result = desk.result()
    (rule,) = result["rules"]
    assert rule["state"] == "struck"
    assert rule["eligible"] == rule["selected"] == rule["injected"] > 0
    assert {row["service"] for row in desk.rows("exchange") if row["phase"]} == {"openai.connection"}
    assert "HELD" in next(each["status"] for each in result["verdicts"] if each["check"] == "injection_proof")
    assert desk.survivors() == []


def test_where_it_cannot_reach_the_application_the_drill_is_refused(desk: Desk) -> None:
    desk.write("short.yaml", scenario(FAILS))
    done = desk.brownout("run", "short.yaml", "--out", "out")

    assert done.returncode == 2
    assert "use connection_reset or hang" in " ".join(done.stderr.split())
    assert not desk.out.exists()
