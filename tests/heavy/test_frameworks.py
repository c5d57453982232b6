"""Agents on stock frameworks, which leave the use of tools to the model."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from support import frameworks
from support.drills import scenario, starts
from support.played import played
from support.standin_process import Start

from brownout.calls.canary import SENTINEL

pytestmark = pytest.mark.heavy
LOST = {"fault": "answer_lost", "on": "openai.chat", "when": {"tool": "refund"}, "share": "40%", "shows": "reset"}


@pytest.mark.drill
def test_a_langgraph_agent_uses_its_tool_and_answers_after_it() -> None:
    start = starts("langgraph_app", OPENAI_API_KEY="sk-test-0000")
    step = {"name": "ask", "post": "/chat", "json": {"text": "{{ message }}"}, "reply": {"json": "reply"}}
    journey = {
        "message": "Reference {{ canary }}: refund order 17.",
        "steps": [step],
        "effects": {"get": "/done", "items": "done"},
    }
    profile: dict[str, Any] = {
        "name": "langgraph",
        "start": {**start, "command": [frameworks.python(), *start["command"][1:]], "timeout": "90s"},
        "standin": {"tools": "60%"},
        "journeys": {"refund": journey},
        "load": {"users": 4, "arrive": 10},
        "expect": [
            {"check": "success", "during": "operational", "at_least": "100%", "min_samples": 3},
            {"check": "no_duplicate_effects"},
            {"check": "retry_amplification", "at_most": 2},
        ],
    }
    drill = scenario(LOST)
    drill["timeline"] = [
        {"phase": "healthy", "lasts": "6s", "impact": "operational"},
        {"phase": "struck", "lasts": "6s", "impact": "major_outage", "rules": [LOST]},
    ]
    found = played("short.yaml", "--app", "brownout.yaml", files={"short.yaml": drill, "brownout.yaml": profile})

    assert set(found.statuses().values()) == {"HELD"}, found.said
    effects = next(one for one in found.result()["verdicts"] if one["check"] == "no_duplicate_effects")
    assert effects["samples"] > 0


def test_pydantic_ai_agents_end_a_turn_in_words_or_in_a_tool_of_their_own(start: Start) -> None:
    url = start(seed=7, tools={"share": 1.0}).url
    program = str(Path(__file__).with_name("pydantic_ai_calls.py"))
    command = [frameworks.python(), program, f"{url}/openai/v1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr
    for made in json.loads(done.stdout):
        assert len(made["ran"]) == 1
        words = made["said"] if isinstance(made["said"], str) else made["said"]["order"]
        assert words.endswith(SENTINEL)
