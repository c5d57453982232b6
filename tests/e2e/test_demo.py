"""``brownout demo``, the main job of the project: one outage, one chat that breaks and one that holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.drills import a_desk

pytestmark = [pytest.mark.e2e, pytest.mark.heavy, pytest.mark.timeout(300)]

BROKEN = {
    "success during partial_outage and major_outage",
    "history_kept",
    "whole_answers",
    "no_leaks",
    "no_hang",
}


def test_the_demo_shows_one_break_and_one_hold_and_what_to_do_next(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        done = desk.brownout("demo", "--out", "demo", timeout=240)
        survivors = desk.survivors()

    assert done.returncode == 0, done.stdout + done.stderr
    assert survivors == []
    said = done.stdout.splitlines()
    reports = [Path(line.partition("Report:")[2].strip()) for line in said if "Report:" in line]
    assert [path.parent.name for path in reports] == ["fragile_chat", "sturdy_chat"]
    assert all((tmp_path / path).is_file() for path in reports)
    assert any(line.startswith("Next: brownout show chatgpt-2026-02-03") for line in said)
    assert any("brownout run chatgpt-2026-02-03 --app brownout.yaml" in line for line in said)

    fragile, sturdy = (json.loads((tmp_path / path).with_name("result.json").read_text()) for path in reports)
    assert (fragile["status"], sturdy["status"]) == ("BROKEN", "HELD")
    assert {verdict["id"] for verdict in fragile["verdicts"] if verdict["status"] == "BROKEN"} >= BROKEN
    assert not [verdict["id"] for verdict in fragile["verdicts"] if verdict["status"] == "UNKNOWN"]
    assert fragile["duration"] + sturdy["duration"] < 90
