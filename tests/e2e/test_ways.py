"""Users who talk to one application in every way that a profile knows: what they met is tied to the faults."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from support.drills import LOOSELY, scenario, starts
from support.pages import ROOT, section
from support.played import played

RULE = {"fault": "stream_cut", "on": "openai.chat", "share": "50%", "after": {"events": 3}}
PAGE = ROOT / "docs" / "recipes.md"


def journeys() -> dict[str, Any]:
    """Those of the page, with less patience."""
    ((block,),) = [re.findall(r"```yaml\n(.*?)```", section(PAGE, "Ways to talk"), re.DOTALL)]
    return {name: {**journey, "patience": "8s"} for name, journey in yaml.safe_load(block)["journeys"].items()}


@pytest.mark.heavy
def test_every_way_is_whole_while_all_is_well_and_tied_to_the_faults_that_it_met() -> None:
    ways = journeys()
    profile: dict[str, Any] = {
        **LOOSELY,
        "name": "ways",
        "settle": "500ms",
        "start": {**starts("ways_app"), "timeout": "60s"},
        "journeys": ways,
        "load": {"users": 8, "arrive": 50, "pause": "50ms"},
        "expect": [
            {"check": "success", "during": "operational", "at_least": "100%", "min_samples": 8},
            {"check": "no_hang", "within": "7s"},
            {"check": "retry_amplification", "at_most": 1},
            {"check": "whole_answers"},
        ],
    }
    drill = scenario(RULE)
    drill["timeline"] = [
        {"phase": "healthy", "lasts": "4s", "impact": "operational"},
        {"phase": "struck", "lasts": "5s", "impact": "major_outage", "rules": [RULE]},
    ]
    files = {"short.yaml": drill, "brownout.yaml": profile}
    found = played("short.yaml", "--app", "brownout.yaml", files=files)

    assert set(found.statuses().values()) == {"HELD"}, found.said
    asked = [row for row in found.rows("journey") if row["asks"]]
    calls = {row["canary"]: row for row in found.rows("exchange") if row["service"] == "openai.chat"}
    for way in ways:
        own = [row for row in asked if row["journey"] == way]
        assert own
        assert [row["canary"] in calls for row in own] == [True] * len(own)
        struck = [row for row in own if calls[row["canary"]]["delivered"]]
        assert struck, way
        assert {row["outcome"] for row in struck} == {"error"}
        assert {row["outcome"] for row in own if row not in struck} == {"ok"}
