"""``brownout show``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from support.drills import scenario

from brownout.cli import main
from brownout.commands.show import rule_in_words
from brownout.scenario import Scenario

RULES = (
    {"fault": "server_error", "on": "openai.chat", "share": "30%", "sticky": "conversation"},
    {
        "fault": "stream_error",
        "on": "openai.*",
        "when": {"stream": True},
        "after": ["8 events", "20 calls"],
        "limit": 3,
    },
    {"fault": "rate_limit", "on": "*", "bucket": {"rate": "60 rpm"}, "first": 2},
)


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = tmp_path / "mine.yaml"
    value = scenario(*RULES, lasts="10m", name="mine")
    value["status"] = {"openai": [{"at": "5m", "say": "investigating", "indicator": "major", "text": "We look"}]}
    file.write_text(yaml.safe_dump(value))
    return str(file)


def test_timeline_rules_status_page_and_sources_are_shown(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", path, "--speed", "60"]) == 0
    shown = capsys.readouterr().out

    assert "10m of incident in 10s of drill (speed 60, seed 1)" in shown
    assert "0s – 10m" in shown
    assert "0.0 – 10.0s" in shown
    assert "server_error on openai.chat, 30%" in shown
    assert "investigating · major · We look" in shown
    assert "https://status.example.com/1" in shown


def test_a_rule_in_words_says_when_where_and_how_often() -> None:
    rules = Scenario.model_validate(scenario(*RULES)).rules

    assert [rule_in_words(rule) for rule in rules] == [
        "server_error on openai.chat, 30%, the same for a whole conversation",
        "stream_error on openai.*, 100%, when stream is true, after 20 calls, after 8 events, at most 3 times",
        "rate_limit on *, beyond its bucket, the first 2 attempts",
    ]


def test_machines_get_the_phases_in_drill_seconds(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", path, "--speed", "60", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert found["drill_seconds"] == 10.0
    assert found["phases"] == [{"name": "only", "impact": "major_outage", "start": 0.0, "end": 10.0}]
    assert [rule["id"] for rule in found["rules"]] == [
        "only.1.server_error",
        "only.2.stream_error",
        "only.3.rate_limit",
    ]
