"""Where the user's own files say what a verdict is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from brownout.config import yamlfile
from brownout.drill.places import expectation_lines, placed_rules
from brownout.library.library import load_scenario
from brownout.profile import Profile
from brownout.scenario import Scenario

PROFILE = """\
name: shop
url: http://127.0.0.1:8080
confidence: 99%
journeys:
  chat:
    steps:
      - {name: ask, post: /chat, json: {text: "{{ message }}"}, reply: {json: answer}}

expect:
  - check: success
    at_least: 90%

  - {check: no_leaks}
  - {check: success, at_least: 50%, during: major_outage}
"""
SCENARIO = """\
brownout: 1
name: mine
title: Mine
timeline:
  - {phase: healthy, lasts: 5s, impact: operational}
  - phase: outage
    lasts: 10s
    impact: major_outage
    rules:
      - {fault: server_error, on: openai.chat}
      - fault: hang
        on: openai.chat
"""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    (tmp_path / "brownout.yaml").write_text(PROFILE)
    return tmp_path / "brownout.yaml"


def test_each_expectation_has_its_line(profile: Path) -> None:
    assert expectation_lines(str(profile), yamlfile.read(profile, Profile)) == [10, 13, 14]


def test_the_file_of_a_folder_is_meant_by_its_folder_too(profile: Path) -> None:
    assert expectation_lines(str(profile.parent), yamlfile.read(profile, Profile)) == [10, 13, 14]


def test_what_was_expected_once_is_looked_for_in_the_file_as_it_is_now(profile: Path) -> None:
    """As `brownout replay` does: it asks for what was asked for then."""
    before = yamlfile.read(profile, Profile)
    profile.write_text(PROFILE.replace("90%", "95%").replace("\n\n", "\n"))

    asked = before.model_copy(update={"expect": tuple(reversed(before.expected))})
    assert expectation_lines(str(profile), asked) == [12, 11, 0]


@pytest.mark.parametrize("text", [None, "expect: [", "name: 5"])
def test_a_file_that_is_gone_or_broken_has_no_lines(profile: Path, text: str | None) -> None:
    before = yamlfile.read(profile, Profile)
    profile.unlink() if text is None else profile.write_text(text)

    assert expectation_lines(str(profile), before) == []


def test_each_rule_has_its_line_where_the_file_still_has_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(SCENARIO)
    scenario = yamlfile.read(file, Scenario)

    assert [row.get("line") for row in placed_rules(str(file), scenario)] == [10, 11]
    file.write_text(SCENARIO.replace("fault: hang", "fault: overload"))
    assert [row.get("line") for row in placed_rules(str(file), scenario)] == [10, None]
    for text in ("timeline: 5", "timeline: [5]", SCENARIO.replace("rules:", "rules: 5 #")):
        file.write_text(text)
        assert [row.get("line") for row in placed_rules(str(file), scenario)] == [None, None]
    assert [row.get("line") for row in placed_rules("mine", scenario)] == [None, None]


def test_rules_on_a_platform_that_only_the_profile_declares_have_lines_too(tmp_path: Path) -> None:
    file, platforms = tmp_path / "mine.yaml", {"acme": "https://llm.acme.example/v1"}
    file.write_text(SCENARIO.replace("openai.chat", "acme.chat"))
    scenario = load_scenario(file, platforms)

    assert [row.get("line") for row in placed_rules(str(file), scenario)] == [10, 11]
