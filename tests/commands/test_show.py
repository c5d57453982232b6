"""``brownout show``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from support.drills import scenario

from brownout.cli import main
from brownout.commands.show import checks, rule_in_words
from brownout.faults import FAULTS
from brownout.library.pages import explained
from brownout.scenario import Scenario
from brownout.services import BUILT_IN

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


@pytest.mark.parametrize("name", [*FAULTS, *checks()])
def test_every_fault_and_every_check_is_explained_with_an_example_that_loads(name: str) -> None:
    section = explained("fault" if name in FAULTS else "check", name)
    (first, *_) = yaml.safe_load(section.example) or [{}]

    assert len(section.text) > 80
    assert "](" not in section.text
    assert "```" not in section.text
    assert name in (first.get("fault"), first.get("check"), "injection_proof")


def test_a_fault_is_shown_with_its_settings_and_its_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "hang"]) == 0
    said = capsys.readouterr().out

    assert said.startswith("hang, a fault\n")
    assert "The platform accepts the call and never answers." in said
    assert "release_after" in said
    assert "- {fault: hang, on: openai.chat, share: 15%}" in said
    assert "under rules of a phase" in said


@pytest.mark.parametrize("name", sorted(BUILT_IN.by_name))
def test_a_platform_is_shown_with_its_hosts_and_services(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", name]) == 0
    said = capsys.readouterr().out

    assert said.startswith(f"{name}, a platform\n")
    assert f"\n  {name}.connection\n" in said
    assert f"{BUILT_IN.by_name[name].prefix}" in said
    assert main(["show", name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hosts"] == list(BUILT_IN.by_name[name].hosts)


def test_machines_read_what_a_check_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "no_hang", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert (found["kind"], found["name"], found["example"]) == ("check", "no_hang", "- {check: no_hang, within: 20s}")


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("incomplete chunked read", "stream_cut"),
        ("httpx.RemoteProtocolError: Server disconnected without sending a response.", "hang"),
        ("UNEXPECTED END OF JSON INPUT", "empty_answer"),
    ],
)
def test_words_that_a_client_printed_lead_to_the_fault(
    words: str, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", words]) == 0
    assert f"fault: {fault}" in capsys.readouterr().out
    assert main(["show", words, "--json"]) == 0
    assert fault in {row["fault"] for row in json.loads(capsys.readouterr().out)}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("hnag", "no scenario, fault, check or platform of this name; did you mean 'hang'?"),
        ("no_hagn", "did you mean 'no_hang'?"),
        ("basline", "did you mean 'baseline'?"),
        ("opnai", "did you mean 'openai'?"),
        ("nothing that anybody printed", "no scenario of this name"),
    ],
)
def test_what_there_is_not_is_refused_with_the_nearest(
    name: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", name]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
