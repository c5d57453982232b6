"""``brownout run --until-settled`` with real drills: one objective is settled by the longer one, one is left open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.drills import a_desk, rows_of, scenario

from brownout.drill.past import past_drill

pytestmark = [pytest.mark.e2e, pytest.mark.heavy]
WELL, NEVER = "success during operational", "success during major_outage"
"""A user who asks every 1.5 s or less often asks once in a second, and three times in seven on any machine."""


def _success(during: str, least: int) -> dict[str, Any]:
    return {
        **{"check": "success", "at_least": "5%", "during": during, "min_samples": least},
        **{"confidence": "50%", "margin": "50%"},
    }


def _scenario() -> dict[str, Any]:
    rule = {"fault": "server_error", "on": "openai.chat", "share": "100%"}
    return {
        **scenario(),
        "speed": 60,
        "timeline": [
            {"phase": "well", "lasts": "1m", "impact": "operational"},
            {"phase": "down", "lasts": "1m", "impact": "major_outage", "rules": [rule]},
        ],
        "status": {"openai": [{"at": "1m", "say": "investigating", "indicator": "major"}]},
    }


def test_the_second_drill_is_longer_settles_what_it_can_and_says_what_the_bound_left_open(tmp_path: Path) -> None:
    expect = [_success("operational", 3), _success("major_outage", 5000)]
    with a_desk(tmp_path, load={"users": 1, "pause": "1500ms"}, expect=expect) as desk:
        desk.write("short.yaml", _scenario())
        done = desk.brownout(
            "run", "short.yaml", "--out", "out", "--until-settled", "--at-most", "16s", "--json", timeout=120
        )

        assert done.returncode == 3, done.stderr
        said = json.loads(done.stdout)
        first, second = ({each["id"]: each["status"] for each in drill["verdicts"]} for drill in said["drills"])
        assert (first[WELL], first[NEVER]) == ("UNKNOWN", "UNKNOWN")
        assert (second[WELL], second[NEVER]) == ("HELD", "UNKNOWN")
        assert said["together"][0]["verdicts"] == {"injection_proof": "HELD", WELL: "HELD", NEVER: "UNKNOWN"}
        assert "Once more at speed 8.57, for 14s of the 14s that --at-most leaves; 20s would be needed." in done.stderr
        assert "--at-most ended the second one after 14s of the 20s that it needed: give it 22s instead of 16s" in (
            done.stderr
        )

        longer = desk.out / "longer"
        (row,) = rows_of(longer, "drill")
        assert [phase["end"] for phase in row["phases"]] == pytest.approx([7.0, 14.0])
        assert [post["t"] - row["zero"] for post in rows_of(longer, "status")] == pytest.approx([7.0])
        struck = [each["t"] - row["zero"] for each in rows_of(longer, "exchange") if each["injected"]]
        assert 6.5 < min(struck) <= max(struck) < 16
        seconds = json.loads((longer / "result.json").read_text())["seconds"]
        assert max(each["t"] for each in seconds) >= 13

        told = json.loads((desk.out / "result.json").read_text())
        assert (told["longer"], told["exit_code"]) == ("out/longer", 3)
        judged = desk.brownout("report", "out", "--json")
        assert judged.returncode == 3, judged.stderr
        later = json.loads(judged.stdout)["verdicts"]
        assert {each["id"]: each["status"] for each in later} == said["together"][0]["verdicts"]

        again = past_drill(longer)  # what replay and minimise go by
        assert again.options().speed == pytest.approx(60 / 7)
        assert {expectation.confidence for expectation in again.expected if expectation.check == "success"} == {0.75}
