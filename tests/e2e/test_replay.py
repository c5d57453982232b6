"""A drill that found something, played again: by the application as it was, and as it is once that is mended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.drills import PROFILE, SMALL_APP, a_desk, scenario

from brownout.library.library import load_scenario

pytestmark = [pytest.mark.e2e, pytest.mark.heavy, pytest.mark.timeout(120)]
IDLE = {"fault": "overloaded", "on": "anthropic.*"}
"""On what the application never calls."""
FAILS = {"fault": "server_error", "on": "openai.chat", "share": "100%"}


def _start(**env: str) -> dict[str, Any]:
    return {"command": ["{python}", str(SMALL_APP), "{port}"], "env": env}


def test_a_death_is_made_smaller_and_fixed_once_the_application_catches_what_it_died_of(tmp_path: Path) -> None:
    """Which a busy machine has no say in: a death needs no statistics."""
    with a_desk(tmp_path, start=_start(DIES="of a fault"), expect=[{"check": "no_hang", "within": "9s"}]) as desk:
        desk.write("short.yaml", scenario(IDLE, FAILS, lasts="2s"))
        desk.write("mended.yaml", {**PROFILE, "expect": []})
        first = desk.brownout("run", "short.yaml", "--out", "out", "--seed", "9")
        assert first.returncode == 1, first.stderr
        assert "brownout replay out --finding application_alive" in first.stdout

        (desk.folder / "short.yaml").unlink()  # what was played is in the drill's folder
        less = desk.brownout("minimise", "out", "--finding", "application_alive", "--trials", "1")
        assert less.returncode == 0, less.stdout + less.stderr
        assert "trial 1 of 1: 1 rule, 2s: BROKEN, taken" in less.stdout
        left = load_scenario(desk.out / "minimal.yaml")
        assert [rule.fault for rule in left.rules] == ["server_error"]
        assert "brownout run out/minimal.yaml --app brownout.yaml --users 3" in (desk.out / "minimal.yaml").read_text()

        told = desk.brownout("replay", "out", "--app", "mended.yaml", "--out", "again", "--json")

        assert told.returncode == 0, told.stdout + told.stderr
        answer = json.loads(told.stdout)
        (finding,) = answer["findings"]
        assert (finding["id"], finding["fate"]) == ("application_alive", "FIXED")
        assert (answer["drill"]["seed"], answer["drill"]["scenario"]) == (9, "short")
        assert [verdict["id"] for verdict in answer["drill"]["verdicts"]] == ["injection_proof", "no_hang"]
        assert desk.survivors() == []
