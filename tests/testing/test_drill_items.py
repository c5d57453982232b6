"""A scenario as pytest items: what they are, what they say, and that they say what ``brownout run`` says."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from support.drills import PROFILE, Desk, a_desk, scenario
from support.journals import Handwritten
from support.proxies import wait_until
from support.pytests import PLUGIN

from brownout.journal import SUFFIX
from brownout.judging.judge import judge
from brownout.report import write_all
from brownout.testing import drill_items
from brownout.verdict import Status, Verdict

pytest_plugins = ("pytester",)
EXPECT = [
    *PROFILE["expect"],
    {"check": "no_hang", "within": "20s"},
    {"check": "latency", "p95": "60s", "min_samples": 1_000_000},
]
NAMES = ["injection_proof", "success", "no_hang", "latency p95"]
ARGUMENTS = ("-W", "error", "-p", "no:cacheprovider", "--brownout-app", "brownout.yaml", *PLUGIN)
ERROR = {"fault": "server_error", "on": "openai.chat"}


def _pytest(desk: Desk, *arguments: str) -> subprocess.Popen[str]:
    """A run in a folder, whose processes can be told from others."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *ARGUMENTS, *arguments],
        cwd=desk.folder,
        env=desk.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    desk.started.append(process)
    return process


@dataclass
class Run:
    """A finished run of pytest on one scenario."""

    desk: Desk
    code: int
    said: str
    cases: dict[str, ElementTree.Element]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One drill, with items for two workers: something broke, something held, and something cannot be known."""
    with a_desk(tmp_path_factory.mktemp("drill"), expect=EXPECT) as desk:
        desk.write("short.yaml", scenario(ERROR, lasts="2s"))
        process = _pytest(
            desk, "short.yaml", "--brownout-out", "out", "--brownout-users", "2", "--junitxml", "j.xml", "-n", "2", "-v"
        )
        said, _ = process.communicate(timeout=100)
        cases = {case.attrib["name"]: case for case in ElementTree.parse(desk.folder / "j.xml").iter("testcase")}
        yield Run(desk, process.returncode, said, cases)


@pytest.mark.e2e
@pytest.mark.drill
def test_each_expectation_is_an_item(run: Run) -> None:
    assert sorted(run.cases) == sorted(NAMES)
    assert run.code == pytest.ExitCode.TESTS_FAILED


@pytest.mark.e2e
@pytest.mark.drill
def test_the_items_of_all_workers_are_of_one_drill_that_leaves_nothing_running(run: Run) -> None:
    assert {worker for worker in ("gw0", "gw1") if f"[{worker}] [" in run.said} == {"gw0", "gw1"}
    assert [folder.name for folder in (run.desk.folder / "out").iterdir()] == ["short"]
    assert run.desk.survivors() == []


@pytest.mark.e2e
@pytest.mark.drill
def test_the_verdicts_are_those_of_the_command_on_the_same_journal(run: Run) -> None:
    done = run.desk.brownout("report", "out/short", "--format", "json")
    verdicts = {verdict["id"]: verdict["status"] for verdict in json.loads(done.stdout)["verdicts"]}
    written = json.loads((run.desk.folder / "out" / "short" / "result.json").read_text())["verdicts"]
    through_pytest = {name: case.find(".//property") for name, case in run.cases.items()}

    assert verdicts == {verdict["id"]: verdict["status"] for verdict in written}
    assert verdicts == {name: found.attrib["value"] for name, found in through_pytest.items() if found is not None}
    assert list(verdicts.values()) == ["HELD", "BROKEN", "HELD", "UNKNOWN"]


def test_what_was_not_put_to_the_test_is_skipped() -> None:
    verdict = Verdict(
        "recovery", "recovery", Status.SKIPPED, "soon", "not exercised: no outage", "There was no outage."
    )
    item: Any = SimpleNamespace(
        name="recovery", user_properties=[], parent=SimpleNamespace(verdicts=lambda name: [verdict])
    )

    with pytest.raises(pytest.skip.Exception, match=r"There was no outage\."):
        drill_items.DrillItem.runtest(item)
    assert item.user_properties == [("brownout_status", "SKIPPED")]


@pytest.mark.e2e
@pytest.mark.drill
def test_what_did_not_hold_fails_and_unknown_is_no_pass(run: Run) -> None:
    assert {name for name, case in run.cases.items() if case.find("failure") is not None} == {"success", "latency p95"}


@pytest.mark.e2e
@pytest.mark.drill
@pytest.mark.parametrize("channel", ["terminal", "junit"])
def test_a_failure_is_the_finding_with_its_evidence(run: Run, channel: str) -> None:
    failure = run.cases["success"].find("failure")
    text = run.said if channel == "terminal" else (failure.text if failure is not None else None) or ""

    assert "BROKEN success: " in text
    assert "  expected   at least 90% of questions answered whole" in text
    assert re.search(r"^  measured   \d.*% \(\d+ of \d+\); .* with 50% confidence$", text, re.MULTILINE)
    assert "met server_error (rule only.1.server_error, written)" in text
    assert "  next step  Retry" in text
    assert f"  report     {run.desk.folder}/out/short/report.html" in text
    assert "  reproduce  brownout run short.yaml --app brownout.yaml --seed 1 --speed 1 --users 2" in text
    assert "Traceback" not in text


@pytest.mark.e2e
@pytest.mark.drill
def test_ctrl_c_ends_the_drill_with_its_report_and_leaves_nothing_running(tmp_path: Path) -> None:
    with a_desk(tmp_path, expect=EXPECT) as desk:
        desk.write("short.yaml", scenario(lasts="5m"))
        process = _pytest(desk, "short.yaml", "--brownout-out", "out", "-k", "no_hang")
        journal = tmp_path / "out" / "short" / "journal"
        wait_until(lambda: _rows(journal, "journey"), 60)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)

        assert process.returncode == pytest.ExitCode.INTERRUPTED, said
        assert [row["outcome"] for row in _rows(journal, "end")] == ["interrupted"]
        assert (tmp_path / "out" / "short" / "report.html").is_file()
        assert desk.survivors() == []


@pytest.mark.e2e
@pytest.mark.drill
def test_a_drill_outlives_no_pytest_that_was_killed(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.write("short.yaml", scenario(lasts="5m"))
        process = _pytest(desk, "short.yaml", "--brownout-out", "out")
        wait_until(lambda: desk.family("brownout.standin"), 60)
        process.kill()
        process.communicate(timeout=60)

        desk.wait_until_alone()
        assert (tmp_path / "out" / "short" / "report.html").is_file()


def _rows(journal: Path, kind: str) -> list[dict[str, Any]]:
    lines = [line for path in journal.glob(f"*{SUFFIX}") for line in path.read_text().splitlines(keepends=True)]
    rows = [json.loads(line) for line in lines if line.endswith("\n")]
    return [row for row in rows if row["kind"] == kind]


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with an app profile and a scenario."""
    (pytester.path / "brownout.yaml").write_text(yaml.safe_dump({**PROFILE, "expect": EXPECT}))
    (pytester.path / "short.yaml").write_text(yaml.safe_dump(scenario()))
    return pytester


def test_collecting_runs_no_drill(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess(*ARGUMENTS, "--collect-only", "-q", "--brownout-out", "out")

    assert [line for line in result.outlines if "::" in line] == [f"short.yaml::{name}" for name in NAMES]
    assert not (project.path / "out").exists()


@pytest.mark.parametrize(
    ("file", "value", "said"),
    [
        (
            "short.yaml",
            scenario({"fault": "server_eror", "on": "openai.chat"}),
            "short.yaml:12:12: unknown fault 'server_eror'; did you mean 'server_error'?",
        ),
        ("short.yaml", {**scenario(), "name": "long"}, "short.yaml:2:7: name 'long' and file name 'short.yaml' differ"),
        ("brownout.yaml", {**PROFILE, "jorneys": {}}, "unknown key 'jorneys'; did you mean 'journeys'?"),
        ("brownout.yaml", None, "brownout.yaml: no such file"),
    ],
)
def test_a_bad_file_is_an_error_of_collection(project: pytest.Pytester, file: str, value: object, said: str) -> None:
    if value is None:
        (project.path / file).unlink()
    else:
        (project.path / file).write_text(yaml.safe_dump(value, sort_keys=False))
    result = project.runpytest_inprocess(*ARGUMENTS, "short.yaml")

    assert result.ret is pytest.ExitCode.INTERRUPTED
    result.assert_outcomes(errors=1)
    assert said in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


def test_what_brownout_refuses_is_said_by_every_item_and_tried_once(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess(*ARGUMENTS, "--brownout-out", "out", "--brownout-users", "0")

    result.assert_outcomes(failed=len(NAMES))
    assert result.stdout.str().count("\nbrownout: Invalid value for '--users': ") == len(NAMES)
    assert [folder.name for folder in (project.path / "out").iterdir()] == ["short"]


def test_a_folder_that_cannot_be_made_is_said_in_plain_words(project: pytest.Pytester) -> None:
    (project.path / "out").touch()
    result = project.runpytest_inprocess(*ARGUMENTS, "--brownout-out", "out")

    result.assert_outcomes(failed=len(NAMES))
    assert "a drill cannot be written there: " in result.stdout.str()
    assert "choose another folder with --brownout-out" in result.stdout.str()
    assert "Errno" not in result.stdout.str()


def test_a_drill_in_which_nothing_was_put_to_the_test_does_not_pass(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(arguments: list[str], cwd: Path) -> tuple[int, str]:
        drill = Handwritten(Path(arguments[arguments.index("--out") + 1]))
        result = judge(drill.write())
        write_all(result, drill.folder)
        return result.exit_code, ""

    monkeypatch.setattr(drill_items, "_run_to_its_end", run)
    (project.path / "brownout.yaml").write_text(yaml.safe_dump({**PROFILE, "expect": []}))
    result = project.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["UNKNOWN expect: The app profile expects nothing, so nothing was judged."])


class _Items:
    """Remembers what was collected."""

    items: list[pytest.Item]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = session.items


def test_the_items_of_a_file_stay_together_and_take_their_time(project: pytest.Pytester) -> None:
    found = _Items()
    project.inline_run(*ARGUMENTS, "--collect-only", plugins=[found])
    groups = [item.get_closest_marker("xdist_group") for item in found.items]
    timeouts = [item.get_closest_marker("timeout") for item in found.items]

    assert [group.kwargs for group in groups if group] == [{"name": "short.yaml"}] * len(NAMES)
    assert [timeout.args for timeout in timeouts if timeout] == [(0,)] * len(NAMES)


def test_without_those_plugins_their_markers_are_not_missed(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess(
        *ARGUMENTS, "--collect-only", "--strict-markers", "-p", "no:xdist", "-p", "no:timeout"
    )

    assert result.ret is pytest.ExitCode.OK


def test_a_second_drill_has_a_folder_of_its_own(tmp_path: Path) -> None:
    folders = [drill_items._new_folder(tmp_path / "reports", "short") for _ in range(3)]

    assert [folder.name for folder in folders] == ["short", "short-2", "short-3"]
    assert all(folder.is_dir() for folder in folders)
