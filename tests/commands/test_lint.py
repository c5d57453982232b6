"""``brownout lint``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from support.documents import paths, replaced
from support.drills import PROFILE, scenario

from brownout.cli import main
from brownout.commands.lint import check
from brownout.config import yamlfile
from brownout.config.yamlfile import Document, parse
from brownout.config.yamltree import dump
from brownout.library import library
from brownout.resources import EXAMPLES, SCENARIOS

Captured = pytest.CaptureFixture[str]


def _write(folder: Path, name: str, value: object) -> str:
    (folder / name).write_text(yaml.safe_dump(value, sort_keys=False))
    return str(folder / name)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_profile_and_scenarios_of_the_folder_are_checked_by_default(home: Path, capsys: Captured) -> None:
    (home / "scenarios").mkdir()
    _write(home, "brownout.yaml", PROFILE)
    _write(home / "scenarios", "short.yaml", scenario())

    assert main(["lint"]) == 0
    assert capsys.readouterr().out == "2 files: 0 errors, 0 warnings\n"


def test_each_file_is_loaded_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [_write(home, "short.yaml", scenario()), _write(home, "brownout.yaml", PROFILE)]
    loaded: list[str] = []
    validate = yamlfile.validate

    def counted(document: Document, model: type[Any]) -> Any:
        loaded.append(document.file)
        return validate(document, model)

    monkeypatch.setattr(library, "validate", counted)

    assert main(["lint", files[0], "--app", files[1]]) == 0
    assert sorted(loaded) == sorted(files)


def test_the_content_says_which_of_the_two_a_file_is(home: Path) -> None:
    profile = _write(home, "one.yaml", {"name": "a", "journeys": {}, "brwnout": 1})
    outage = _write(home, "two.yaml", {"brownout": 1, "name": "two"})

    assert any("start or url is needed" in one.message or "brwnout" in one.message for one in check(profile))
    assert any("timeline" in one.message for one in check(outage))


def test_an_error_has_its_place_and_exit_code_2(home: Path, capsys: Captured) -> None:
    path = _write(home, "short.yaml", scenario({"fault": "server_eror", "on": "openai.chat"}))

    assert main(["lint", path]) == 2
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{path}:12:")
    assert "error:" in first
    assert "did you mean 'server_error'" in first
    assert last == "1 file: 1 error, 0 warnings"


def test_a_warning_is_no_error(home: Path, capsys: Captured) -> None:
    path = _write(home, "short.yaml", scenario({"fault": "server_error", "on": "openai.chat", "limit": 3}))

    assert main(["lint", path]) == 0
    assert "1 file: 0 errors, 1 warning" in capsys.readouterr().out


def test_machines_get_every_finding(home: Path, capsys: Captured) -> None:
    path = _write(home, "short.yaml", scenario({"fault": "server_error", "on": "openai.chat", "share": 0}))

    assert main(["lint", "--json", path]) == 2
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["file"], finding["severity"]) == (path, "error")
    assert finding["line"] > 0


def test_shipped_scenarios_are_checked_by_name(capsys: Captured) -> None:
    assert main(["lint", "baseline", "chatgpt-2026-02-03"]) == 0


@pytest.mark.parametrize(("connect", "code"), [("base_url", 2), ("intercept", 0)])
def test_with_an_app_what_cannot_reach_it_is_an_error(home: Path, capsys: Captured, connect: str, code: int) -> None:
    app = _write(home, "app.yaml", {**PROFILE, "connect": connect})
    path = _write(home, "short.yaml", scenario({"fault": "tls_failure", "on": "openai.chat"}))

    assert main(["lint", path]) == 0
    capsys.readouterr()
    assert main(["lint", path, "--app", app]) == code
    assert ("use connection_reset or hang" in capsys.readouterr().out) is (code == 2)


def test_a_phase_that_no_scenario_has_is_a_warning(home: Path, capsys: Captured) -> None:
    expect = [{"check": "success", "at_least": "9%", "during": ["onyl", "major_outage", "only"]}]
    app = _write(home, "brownout.yaml", {**PROFILE, "expect": expect})
    path = _write(home, "short.yaml", scenario())

    assert main(["lint", path, "--app", app]) == 0
    warning, _ = capsys.readouterr().out.splitlines()
    assert warning.startswith(f"{app}: warning: during: no phase of these scenarios is called 'onyl'")
    assert "did you mean 'only'?" in warning


def test_an_app_that_is_not_there_is_named(home: Path, capsys: Captured) -> None:
    path = _write(home, "short.yaml", scenario())

    assert main(["lint", path, "--app", "nowhere.yaml"]) == 2
    assert "nowhere.yaml" in capsys.readouterr().err


JARGON = ("Input should", "Extra inputs", "Value error", "Field required", "valid tuple", "valid dict", "pydantic")
FILES = (*SCENARIOS.glob("*.yaml"), *EXAMPLES.rglob("brownout.yaml"))
SHIPPED = {f"{number}/{file.name}": parse(file).value for number, file in enumerate(sorted(FILES))}
WRONG: tuple[Any, ...] = (None, True, 0, -1, 1.5, "", "x", "5", [], [1], {}, {"x": 1}, [None], "{{ x", "{prt}", "a[")


@given(data=st.data())
def test_a_malformed_file_is_remarked_on_in_plain_words_at_a_line(data: st.DataObject, tmp_path_factory: Any) -> None:
    name = data.draw(st.sampled_from(sorted(SHIPPED)))
    path = data.draw(st.sampled_from([path for path in paths(SHIPPED[name]) if path]))
    file = tmp_path_factory.getbasetemp() / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(dump(replaced(SHIPPED[name], path, data.draw(st.sampled_from(WRONG)))))

    for remark in check(str(file)):
        assert not any(words in remark.message for words in JARGON), remark
        assert remark.line > 0, remark
        assert len(remark.message.splitlines()) == 1, remark
