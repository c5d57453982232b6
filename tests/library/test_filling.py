"""Does a load at a speed fill the phases?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from support.drills import PROFILE
from support.pages import ROOT

from brownout.cli import main
from brownout.commands import run
from brownout.drill.setting import Options
from brownout.library import filling
from brownout.library.library import load_profile, load_scenario, scenarios
from brownout.profile import Profile
from brownout.scenario import Scenario

HANG = {"fault": "hang", "on": "openai.chat", "share": "15%"}
ERROR = {"fault": "server_error", "on": "openai.chat", "share": "35%"}
SOURCE = {"url": "https://status.example.com/1", "fact": "made up for a test"}


def scenario(*rules: dict[str, Any], lasts: str = "30m", speed: float = 380, impact: str = "major_outage") -> Scenario:
    phase = {"phase": "down", "lasts": lasts, "impact": impact, "rules": list(rules)}
    value = {"brownout": 1, "name": "x", "title": "x", "speed": speed, "sources": [SOURCE], "timeline": [phase]}
    return Scenario.model_validate(value)


def profile(users: int = 10, **load: Any) -> Profile:
    journey = {**PROFILE["journeys"]["ask"], "patience": "15s"}
    settled = {**PROFILE, "journeys": {"ask": journey}, "load": {"users": users, "pause": "500ms", **load}}
    return Profile.model_validate(settled)


def test_ten_users_at_speed_380_ask_fourteen_questions_in_an_outage_that_holds_them() -> None:
    (finding,) = filling.findings(scenario(ERROR, HANG), profile())

    assert (finding.severity, finding.path) == ("warning", ("timeline", 0, "lasts"))
    assert "phase 'down' lasts 4.7s of the drill at speed 380" in finding.text
    assert "about 15 questions" in finding.text
    assert "raise load.users, or lower the speed" in finding.text


@pytest.mark.parametrize(
    ("rules", "settings", "asked"),
    [
        ((ERROR,), {}, 47),  # nobody is held
        ((ERROR, HANG), {"users": 20}, 29),
        ((ERROR, HANG), {"surge": 2}, 29),  # people come back in an outage
        ((ERROR, HANG), {"pause": "5s"}, 6),
    ],
)
def test_users_surge_and_pauses_count(rules: tuple[dict[str, Any], ...], settings: dict[str, Any], asked: int) -> None:
    (phase,) = scenario(*rules).phases
    chosen = profile(**settings)

    assert filling.questions(chosen, phase, 380, chosen.load.users) == pytest.approx(asked, abs=0.6)


def test_speed_and_users_of_the_command_line_go_before_those_of_the_files() -> None:
    assert list(filling.findings(scenario(HANG), profile(), speed=60)) == []
    assert list(filling.findings(scenario(HANG), profile(), users=100)) == []
    assert list(filling.findings(scenario(ERROR), profile(), users=1))


def test_phases_without_rules_and_users_of_a_locust_file_are_nobodys_concern() -> None:
    users = {name: value for name, value in PROFILE.items() if name != "journeys"}
    unknown = Profile.model_validate({**users, "locustfile": "users.py"})

    assert list(filling.findings(scenario(lasts="1s", impact="operational"), profile())) == []
    assert list(filling.findings(scenario(HANG, lasts="1s"), unknown)) == []


@pytest.mark.parametrize("name", [one.name for one in scenarios()])
def test_the_sturdy_chat_fills_what_is_shipped(name: str) -> None:
    chat = load_profile(ROOT / "examples" / "sturdy_chat")
    assert list(filling.findings(load_scenario(name), chat)) == []


def test_the_first_lines_of_a_run_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    for json, stream in ((False, "out"), (True, "err")):
        run._warn(scenario(HANG), profile(), Options(), json=json)
        said = capsys.readouterr()
        assert getattr(said, stream).startswith("x: warning: phase 'down' lasts 4.7s of the drill at speed 380, ")
        assert len((said.out + said.err).splitlines()) == 1
    run._warn(scenario(HANG), profile(), Options(users=100), json=False)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("words", [("x.yaml", "--app", "brownout.yaml"), ("x.yaml", "brownout.yaml")])
def test_lint_warns_where_it_knows_the_application(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "brownout.yaml").write_text(yaml.safe_dump(PROFILE))
    (tmp_path / "x.yaml").write_text(yaml.safe_dump(scenario(HANG).written()))

    assert main(["lint", "x.yaml"]) == 0
    assert "questions" not in capsys.readouterr().out
    assert main(["lint", *words]) == 0
    said = capsys.readouterr().out
    assert "x.yaml:" in said
    assert "warning: phase 'down' lasts 4.7s of the drill" in said
