"""What is refused before a drill begins, and where a drill goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.drills import PROFILE, scenario

from brownout.config.yamlfile import InputError
from brownout.drill.setting import Options, out_folder, prepare, versions
from brownout.library.library import load_scenario
from brownout.profile import Profile
from brownout.scenario import Scenario

COUNTING = {"fault": "server_error", "on": "openai.chat", "after": "20 calls"}
PLAIN = {"fault": "server_error", "on": "openai.chat"}


def _profile(**more: Any) -> Profile:
    return Profile.model_validate({**PROFILE, **more})


def _scenario(*rules: dict[str, Any]) -> Scenario:
    return Scenario.model_validate(scenario(*rules))


def test_options_go_before_scenario_and_profile() -> None:
    plain = prepare(_scenario(), _profile(), Options())
    chosen = prepare(_scenario(), _profile(), Options(seed=9, speed=2.0, users=50))

    assert (plain.scenario.seed, plain.speed, plain.users, plain.end) == (1, 1.0, 3, 3.0)
    assert (chosen.scenario.seed, chosen.speed, chosen.users, chosen.end) == (9, 2.0, 50, 1.5)


@pytest.mark.parametrize("proxies", [0, 9])
def test_the_number_of_proxies_has_bounds(proxies: int) -> None:
    with pytest.raises(InputError, match="allowed: 1 to 8"):
        prepare(_scenario(), _profile(), Options(proxies=proxies))


def test_a_rule_that_counts_calls_needs_one_proxy() -> None:
    prepare(_scenario(COUNTING), _profile(), Options(proxies=1))
    prepare(_scenario(PLAIN), _profile(), Options(proxies=8))

    with pytest.raises(InputError, match=r"only.1.server_error in short counts calls.*use --proxies 1"):
        prepare(_scenario(COUNTING), _profile(), Options(proxies=2))


def test_a_rule_about_the_end_of_a_channel_needs_one_proxy() -> None:
    scenario = load_scenario("chatgpt-whatsapp-exit")
    prepare(scenario, _profile(), Options(proxies=1))

    with pytest.raises(InputError, match=r"must know each history from its beginning.*use --proxies 1"):
        prepare(scenario, _profile(), Options(proxies=2))


def test_a_budget_needs_one_proxy() -> None:
    spending = _profile(upstream="real", budget=5)
    prepare(_scenario(), spending, Options())

    with pytest.raises(InputError, match=r"the budget of 5 calls is counted by each proxy.*use --proxies 1"):
        prepare(_scenario(), spending, Options(proxies=2))


def test_an_application_that_runs_already_must_know_the_proxys_port() -> None:
    running = _profile(start=None, url="http://127.0.0.1:8000")
    prepare(_scenario(), running, Options(port=8080))

    with pytest.raises(InputError, match="choose one with --port"):
        prepare(_scenario(), running, Options())


def test_a_misspelt_placeholder_is_refused() -> None:
    profile = _profile(start={"command": "{python} serve.py {prt}", "env": {"A": "{openai_base_ur}"}})

    with pytest.raises(InputError) as refused:
        prepare(_scenario(), profile, Options(app_file="brownout.yaml"))

    assert [problem.file for problem in refused.value.problems] == ["brownout.yaml", "brownout.yaml"]
    assert "did you mean {port}" in str(refused.value)
    assert "did you mean {openai_base_url}" in str(refused.value)


def test_a_drill_goes_to_a_new_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    setting = prepare(_scenario(), _profile(name="my shop/2"), Options())

    folders = [out_folder(setting, None) for _ in range(3)]

    assert len(set(folders)) == 3
    assert all(folder.is_dir() and folder.parent == Path("reports") for folder in folders)
    assert folders[0].name.startswith("short-my-shop-2-")


def test_a_folder_that_holds_a_drill_is_not_used_again(tmp_path: Path) -> None:
    setting = prepare(_scenario(), _profile(), Options())
    assert out_folder(setting, tmp_path / "new") == tmp_path / "new"
    (tmp_path / "new" / "journal").mkdir(exist_ok=True)
    (tmp_path / "new" / "journal" / "drill.jsonl").touch()

    with pytest.raises(InputError, match="holds an earlier drill"):
        out_folder(setting, tmp_path / "new")


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_folder_that_cannot_be_made_is_bad_input(place: str, tmp_path: Path) -> None:
    setting = prepare(_scenario(), _profile(), Options())
    (tmp_path / "file").touch()

    with pytest.raises(InputError, match=r"cannot be written there: .*; choose another folder with --out"):
        out_folder(setting, tmp_path / place)


def test_a_folder_that_is_somebody_elses_is_bad_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setting = prepare(_scenario(), _profile(), Options())
    monkeypatch.setattr("os.access", lambda path, mode: False)

    with pytest.raises(InputError, match="Permission denied; choose another folder with --out"):
        out_folder(setting, tmp_path)


def test_where_no_folder_can_be_made_for_reports_another_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting = prepare(_scenario(), _profile(), Options())
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports").touch()

    with pytest.raises(InputError, match="reports: a drill cannot be written there"):
        out_folder(setting, None)


def test_the_first_row_says_what_is_drilled() -> None:
    setting = prepare(_scenario(PLAIN), _profile(), Options(scenario_file="short.yaml", app_file="brownout.yaml"))

    row = setting.row(5.0, versions())

    assert (row.scenario, row.app, row.zero, row.scenario_file) == ("short", "small", 5.0, "short.yaml")
    assert row.expect == [
        {
            "journey": None,
            "during": [],
            "check": "success",
            "at_least": 0.9,
            "min_samples": 3,
            "confidence": 0.5,
            "margin": 0.5,
        },
    ]
    assert row.sources == [{"url": "https://status.example.com/1", "fact": "made up for a test"}]
    assert {"brownout", "python", "mitmproxy", "locust"} <= set(row.versions)


@pytest.mark.parametrize("fault", ["connection_refused", "http2_goaway"])
def test_a_fault_that_cannot_reach_the_application_is_refused(fault: str) -> None:
    outage = _scenario({"fault": fault, "on": "openai.*"})
    prepare(outage, _profile(connect="intercept"), Options())

    with pytest.raises(InputError, match=rf"rule only.1.{fault} of short: {fault} .*use connection_reset or hang"):
        prepare(outage, _profile(connect="base_url"), Options())


def test_a_drill_that_is_one_of_two_looks_is_as_much_surer_and_says_so() -> None:
    profile = _profile(expect=[{"check": "success", "at_least": "90%"}, {"check": "no_hang", "within": "5s"}])
    row = prepare(_scenario(), profile, Options(looks=2)).row(0.0, {})

    assert (row.looks, [item.get("confidence") for item in row.expect]) == (2, [0.975, None])
    assert [item.get("confidence") for item in prepare(_scenario(), profile, Options()).row(0.0, {}).expect] == [
        None
    ] * 2


def test_a_cap_on_faults_needs_one_proxy() -> None:
    with pytest.raises(InputError, match=r"max_active_faults 3 is counted by each proxy for itself; use --proxies 1"):
        prepare(_scenario(PLAIN), _profile(max_active_faults=3), Options(proxies=2))
