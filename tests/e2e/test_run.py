"""``brownout run`` with every real part: what it says, what it writes, and that it leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.drills import PROFILE, Desk, a_desk, scenario

pytestmark = pytest.mark.e2e


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as found:
        yield found


def _start(**env: str) -> dict[str, Any]:
    return {**PROFILE["start"], "env": env}


def test_a_healthy_platform_is_held_and_the_drill_is_on_record(desk: Desk) -> None:
    done = desk.brownout("run", "baseline", "--out", "out", "--seed", "5", "--speed", "10", "--json")

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    (drill,) = said["drills"]
    assert (said["exit_code"], drill["status"], drill["outcome"], drill["seed"]) == (0, "HELD", "completed", 5)
    assert drill["totals"]["exchanges"] >= drill["totals"]["questions"] > 0
    assert all((desk.folder / path).is_file() for path in drill["reports"].values())
    assert desk.survivors() == []
    assert [row["outcome"] for row in desk.rows("end")] == ["completed"]
    (row,) = desk.rows("drill")
    assert (row["scenario"], row["app_file"]) == ("baseline", "brownout.yaml")
    assert {path.stat().st_mode & 0o077 for path in (desk.out / "orders").iterdir()} == {0}

    result = desk.result()
    assert (result["totals"]["injected"], result["rules"]) == (0, [])
    assert result["verdicts"][0]["finding"] == "No fault was injected, as planned."
    assert "No fault was injected, as planned." in (desk.out / "report.html").read_text()


def test_an_application_that_dies_of_a_fault_under_a_supervisor_is_started_again_and_counted(desk: Desk) -> None:
    start = {**_start(DIES="of a fault"), "restart": True}
    desk.write("brownout.yaml", {**PROFILE, "start": start, "load": {"users": 1, "pause": "10ms"}})
    desk.write("short.yaml", scenario({"fault": "server_error", "on": "openai.chat", "limit": 1}, lasts="6s"))
    done = desk.brownout("run", "short.yaml", "--out", "out")

    result = desk.result()
    alive = result["verdicts"][0]
    assert (result["outcome"], result["restarts"]) == ("completed", 1), done.stdout
    assert (alive["check"], alive["status"]) == ("application_alive", "HELD")
    assert "The application died: it exited with code 3" in alive["finding"]
    assert "server_error" in alive["finding"]
    assert "Its last words: not caught: HTTP Error 500" in alive["finding"]
    assert result["outcomes"].get("ok", 0) > 0  # afterwards it serves again
    assert desk.survivors() == []


def test_a_profile_that_misreads_the_application_is_told_early(desk: Desk) -> None:
    step = {"name": "ask", "post": "/ask", "json": {"text": "{{ message }}"}, "reply": {"json": "repyl"}}
    desk.write("brownout.yaml", {**PROFILE, "journeys": {"ask": {"steps": [step]}}})
    desk.write("short.yaml", scenario(lasts="10m"))
    done = desk.brownout("run", "short.yaml", "--out", "out")

    result = desk.result()
    assert (done.returncode, result["outcome"]) == (3, "stopped"), done.stdout
    assert result["duration"] < 60
    assert "found nothing at 'repyl'" in result["lead"]
    assert "did you mean 'reply'?" in " ".join(done.stdout.split())


def test_an_application_that_dies_is_broken_and_its_death_is_noted(desk: Desk) -> None:
    desk.write("brownout.yaml", {**PROFILE, "start": _start(DIES="at once")})
    done = desk.brownout("run", "short.yaml", "--out", "out", "--speed", "2")

    assert done.returncode == 1, done.stderr
    assert any("application's process exited (code 3)" in note for note in desk.result()["notes"])
    result = desk.result()
    assert (result["outcome"], result["why"]) == (
        "stopped",
        "the application exited with code 3, and nothing starts it again",
    )
    assert [(one["check"], one["status"]) for one in result["verdicts"]] == [
        ("application_alive", "BROKEN"),
        ("injection_proof", "UNKNOWN"),
        ("success", "UNKNOWN"),
    ]
    assert "It was in no exchange with the platform then." in result["verdicts"][0]["finding"]
    assert result["lead"] == result["verdicts"][0]["finding"]
    assert "the application exited with code 3" in done.stdout
    assert "BROKEN" in done.stdout
    assert "brownout run short.yaml --app brownout.yaml" in done.stdout
    assert [row["scenario_file"] for row in desk.rows("drill")] == ["short.yaml"]
    assert desk.survivors() == []


def test_ctrl_c_ends_the_drill_with_a_report_of_what_happened(desk: Desk) -> None:
    desk.write("short.yaml", scenario(lasts="60s"))
    process = desk.start("run", "short.yaml", "--out", "out")
    desk.wait_for("journey", 3)

    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)

    assert process.returncode == 130, said
    assert [row["outcome"] for row in desk.rows("end")] == ["interrupted"]
    result = desk.result()
    assert (result["outcome"], result["exit_code"]) == ("interrupted", 130)
    assert result["totals"]["questions"] >= 3
    assert result["notes"] == []
    assert "Traceback" not in out + said
    assert desk.survivors() == []


def test_a_second_signal_leaves_neither_a_process_nor_a_key(desk: Desk) -> None:
    desk.write("short.yaml", scenario(lasts="60s"))
    process = desk.start("run", "short.yaml", "--out", "out")
    desk.wait_for("journey")
    assert list(desk.folder.glob("brownout-*/**/*.pem"))

    process.send_signal(signal.SIGINT)
    process.terminate()  # two alike might come as one
    _, said = process.communicate(timeout=60)

    assert process.returncode == 130, said
    assert list(desk.folder.glob("brownout-*")) == []
    assert desk.survivors() == []


def test_sigterm_before_the_timeline_leaves_a_report_too(desk: Desk) -> None:
    process = desk.start("run", "short.yaml", "--out", "out")
    desk.wait_for("process")

    process.terminate()
    _, said = process.communicate(timeout=60)

    assert process.returncode == 130, said
    assert desk.result()["why"] == "stopped before the timeline began"
    assert desk.survivors() == []


def test_a_drill_that_is_killed_leaves_a_journal_that_can_be_judged_and_no_process(desk: Desk) -> None:
    desk.write("short.yaml", scenario(lasts="60s"))
    process = desk.start("run", "short.yaml", "--out", "out")
    desk.wait_for("journey", 3)
    assert len({os.getsid(member.pid) for member in desk.family()}) >= 5  # each part has a session of its own

    process.kill()
    process.communicate(timeout=60)

    desk.wait_until_alone()
    done = desk.brownout("report", "out", "--format", "json")
    assert done.returncode == 3, done.stderr
    result = json.loads(done.stdout)
    assert (result["outcome"], result["status"]) == ("killed", "UNKNOWN")
    assert set(result["outcomes"]) == {"ok"}  # no user met parts that were going
    assert result["totals"]["questions"] >= 3
