"""The command line: arguments in, messages and exit codes out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from brownout import __version__
from brownout.cli import main
from brownout.commands import demo, doctor, lint, proxy, report, run, schema, selftest, show
from brownout.commands import list as list_command
from brownout.errors import HarnessError

COMMANDS = ("demo", "run", "proxy", "list", "show", "lint", "schema", "report", "doctor", "selftest")
Captured = pytest.CaptureFixture[str]


def test_the_version_is_the_packages(capsys: Captured) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"brownout {__version__}\n"


def test_help_names_every_command(capsys: Captured) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n  {name} " not in out] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples(name: str, capsys: Captured) -> None:
    assert main([name, "--help"]) == 0
    assert f"  Examples:\n    brownout {name}" in capsys.readouterr().out


def test_no_command_at_all_shows_the_help(capsys: Captured) -> None:
    assert main([]) == 2
    assert capsys.readouterr().out.startswith("Usage: brownout")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rum"], "No such command 'rum'"),
        (["run", "baseline", "--sped", "3"], "--speed"),
        (["run", "baseline", "--users", "none"], "--users"),
        (["run", "baseline", "--users", "0"], "--users"),
        (["run"], "scenarios"),
        (["run", "baseline", "--seed", "x"], "'--seed': it must be a whole number, not the text 'x'; see: "),
        (["run", "baseline", "--users", "-1"], "'--users': it must be at least 1, not '-1'; see: "),
        (["proxy", "baseline", "--port", "99999"], "'--port': it must be at most 65535, not '99999'; see: "),
        (["proxy", "baseline", "--ui", "wbe"], "'wbe' is not known; did you mean 'web'? allowed: console, web, none; "),
        (["schema", "nope"], "'nope' is not known; allowed: scenario, profile, result, comparison, pooled; see: "),
    ],
)
def test_a_usage_error_is_one_message_and_where_to_read_more(arguments: list[str], said: str, capsys: Captured) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert captured.err.startswith("brownout: ")
    assert said in captured.err
    assert "--help" in captured.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "basline", "--app", "."], "basline: no scenario of this name; did you mean 'baseline'?"),
        (["run", "baseline", "--app", "nowhere.yaml"], "nowhere.yaml: no app profile here; give one with --app"),
        (["show", "nowhere.yaml"], "nowhere.yaml: no such file"),
        (["report", "nowhere"], "nowhere: no journal here"),
        (["lint", "."], "no YAML files in ."),
        (["lint"], "no ./brownout.yaml and no ./scenarios here"),
        (["proxy", "baseline", "--phase", "helthy"], "did you mean 'healthy'?"),
        (["proxy", "baseline", "--upstream", "real"], "needs --budget N"),
        (["proxy", "baseline", "--budget", "5"], "--budget: limits the calls that leave for the real platform"),
        (["doctor", "--port", "8080"], "give the application with --app"),
        (["report", "nowhere", "--json", "--format", "junit"], "another format than --format junit"),
        (["proxy", "baseline", "--tools", "alway"], "'alway' is none of never, always, 30%"),
        (["proxy", "baseline", "--tool", "shell"], "needs --tools always, or a share"),
        (["proxy", "baseline", "--upstream", "real", "--budget", "1", "--tools", "30%"], "nobody asks it"),
    ],
)
def test_bad_input_is_one_message(
    arguments: list[str], said: str, capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert said in captured.err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (HarnessError("the disk is full"), 4, "brownout: the disk is full\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_failures_have_their_exit_codes(
    error: BaseException, code: int, said: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setitem(list_command.KINDS, "scenarios", fail)

    assert main(["list"]) == code
    assert capsys.readouterr().err == said


def test_what_nobody_foresaw_is_one_line_and_a_file(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def fail() -> None:
        raise KeyError("missing")

    monkeypatch.setitem(list_command.KINDS, "scenarios", fail)

    assert main(["list"]) == 4
    said = capsys.readouterr().err
    (file,) = tmp_path.glob("brownout-*.txt")
    assert said == f"brownout failed: KeyError: 'missing' (details in {file})\n"
    assert "Traceback" in file.read_text()


def test_a_reader_that_has_seen_enough_gets_no_traceback_and_changes_no_code() -> None:
    command = [sys.executable, "-m", "brownout", "schema", "scenario"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        assert (process.wait(60), said) == (0, "")


@pytest.mark.parametrize("words", [("--no-color", "schema", "profile"), ("schema", "--no-color", "profile")])
def test_colours_can_be_had_off_wherever_that_is_said(words: tuple[str, ...]) -> None:
    code = (
        "import sys; from brownout.cli import main; from brownout.commands import output; "
        f"main({words}); print(output.console().no_color, file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert result.stderr == "True\n"


def test_what_follows_two_dashes_is_no_option(capsys: Captured) -> None:
    assert main(["lint", "--", "--no-color"]) == 2
    assert "--no-color" in capsys.readouterr().out


def test_asking_for_help_imports_no_engine_and_nothing_slow() -> None:
    slow = ("mitmproxy", "locust", "gevent", "aiohttp", "duckdb", "pydantic")
    code = f"import brownout.cli, sys; print([name for name in {slow} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert result.stdout == "[]\n"


def test_every_command_has_its_file() -> None:
    modules = (demo, doctor, lint, list_command, proxy, report, run, schema, selftest, show)

    assert {module.__name__.rpartition(".")[2] for module in modules} == set(COMMANDS)


def test_machines_get_json(capsys: Captured) -> None:
    for arguments in (["list", "--json"], ["show", "baseline", "--json"], ["lint", "baseline", "--json"]):
        assert main(arguments) == 0
        assert json.loads(capsys.readouterr().out)
