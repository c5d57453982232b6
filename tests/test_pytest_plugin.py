"""The plugin in runs of pytest of its own: the ``outage`` fixture, the marker, and which files it looks at."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from support.drills import scenario
from support.pytests import PLUGIN

from brownout import pytest_plugin

pytest_plugins = ("pytester",)
STRICT = ("-W", "error", "--strict-markers", "-p", "no:cacheprovider", *PLUGIN)
SCENARIO = "brownout: 1\nname: quick\ntitle: T\ntimeline: [{phase: a, lasts: 1s, impact: operational}]\n"
ASKING = """
import os
import openai
import pytest
from openai import OpenAI

@pytest.fixture
def ask():
    with OpenAI(api_key="sk-test-0000", max_retries=0, timeout=15) as client:
        yield lambda: client.chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": "Are you there?"}]
        )
"""
SUITE = f"""{ASKING}
def test_struck_and_healed(outage, ask):
    rule = outage.strike("server_error", on="openai.chat")
    with pytest.raises(openai.InternalServerError):
        ask()
    outage.heal()
    assert ask().choices[0].message.content
    assert [row["status"] for row in outage.exchanges(rule=rule)] == [500]

def test_the_next_one_is_healthy(outage, ask):
    assert ask()
    assert [row["rule"] for row in outage.exchanges()] == [None]

@pytest.mark.outage("down.yaml", phase="only")
def test_marked(ask):
    with pytest.raises(openai.InternalServerError):
        ask()

@pytest.mark.outage("down.yaml")
@pytest.mark.parametrize("number", [1, 2])
def test_marked_and_asked_for(outage, ask, number):
    with pytest.raises(openai.InternalServerError):
        ask()

def test_may_miss(outage):
    outage.strike("server_error", may_miss=True)

@pytest.mark.xfail(strict=True)
def test_expected_to_miss(outage):
    outage.strike("server_error")

def test_skipped_meanwhile(outage):
    outage.strike("server_error")
    pytest.skip("no matter")

def test_without():
    assert "OPENAI_BASE_URL" not in os.environ
"""
MISTAKES = f"""{ASKING}
def test_missed(outage, ask):
    outage.strike("server_error", on="openai.images")
    ask()

def test_fails_by_itself(outage):
    outage.strike("server_error")
    assert 1 == 2

def test_misspelt(outage):
    outage.strike("server_eror")

@pytest.mark.outage("down.yaml", phase="onyl")
def test_marked_with_no_phase():
    pass

@pytest.mark.outage("dawn.yaml")
def test_marked_with_no_file():
    pass

@pytest.mark.outage
def test_marked_with_nothing():
    pass
"""
DOWN = scenario({"fault": "server_error", "on": "openai.chat"}, lasts="10m", name="down")


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder for tests, with a scenario; neither keys nor proxies around."""
    for name in ("OPENAI_BASE_URL", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    pytester.makefile(".yaml", down=yaml.safe_dump(DOWN))
    return pytester


@pytest.mark.e2e
@pytest.mark.drill
def test_tests_meet_the_outages_they_order_and_a_mistake_is_one_clear_message(suite: pytest.Pytester) -> None:
    suite.makepyfile(test_suite=SUITE, test_mistakes=MISTAKES)
    result = suite.runpytest_subprocess(*STRICT, timeout=100)
    said = result.stdout.str()

    result.assert_outcomes(passed=7, xfailed=1, skipped=1, failed=3, errors=3)
    assert {line.split()[1] for line in result.outlines if line.startswith("FAILED")} == {
        f"test_mistakes.py::test_{name}" for name in ("missed", "fails_by_itself", "misspelt")
    }
    result.stdout.fnmatch_lines(
        [
            "1.server_error (on openai.images) struck nothing: 1 call reached the platform (openai.chat). *",
            "*assert 1 == 2",
            '>       outage.strike("server_eror")',
            "E       ValueError: strike: unknown fault 'server_eror'; did you mean 'server_error'? *",
        ]
    )
    # Once as the failure itself; pytest's own summary repeats it on a line of its own, where CI is set.
    assert sum("struck nothing:" in line for line in result.outlines if not line.startswith("FAILED")) == 1
    assert "@pytest.mark.outage: no phase 'onyl' in down; did you mean 'only'?" in said
    assert "@pytest.mark.outage: dawn.yaml: no such file" in said
    assert "@pytest.mark.outage: Outage.play() missing 1 required positional argument: 'scenario'" in said
    assert "brownout/testing/outage.py" not in said  # our own lines explain nothing


@pytest.mark.e2e
@pytest.mark.drill
def test_each_worker_of_xdist_has_a_platform_of_its_own(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        ASKING
        + """
@pytest.mark.parametrize("number", range(8))
def test_struck(outage, ask, number, worker_id):
    if number % 2:
        outage.strike("server_error", on="openai.chat")
        with pytest.raises(openai.InternalServerError):
            ask()
    else:
        assert ask()
    assert len(outage.exchanges()) == 1
    with open("ports.txt", "a") as ports:
        ports.write(f"{worker_id} {outage.proxy_url}\\n")
"""
    )
    result = suite.runpytest_subprocess(*STRICT, "-n", "2", timeout=100)

    result.assert_outcomes(passed=8)
    platforms = {tuple(line.split()) for line in (suite.path / "ports.txt").read_text().splitlines()}
    assert {worker for worker, _ in platforms} == {"gw0", "gw1"}
    assert len({url for _, url in platforms}) == 2


def test_the_marker_and_the_options_are_declared(pytester: pytest.Pytester) -> None:
    markers = pytester.runpytest_inprocess(*PLUGIN, "--markers")
    options = pytester.runpytest_inprocess(*PLUGIN, "--help")

    markers.stdout.fnmatch_lines(["@pytest.mark.outage(scenario, phase=None, speed=None, may_miss=False): play *"])
    options.stdout.fnmatch_lines(["*--brownout-app=FILE*", "*--brownout-out=DIR*"])


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        (b"brownout: 1\n", True),
        (b"# a comment\n" * 2000 + b"brownout: 1 # version\r\nname: x\r\n", True),
        (b"\xef\xbb\xbfbrownout: 1", True),
        (b"brownout: 2\n", True),  # to be told that there is no such version
        (b"", False),
        (b"name: shop\nexpect: []\n", False),
        (b"services:\n  brownout: 1\n", False),
        (b"brownout:\n  image: x\n", False),
        (b"brownout: 1.5\n", False),
        ("brownout: 1\n".encode("utf-16"), False),
        (b"\x00\xff" * 100_000, False),
    ],
)
def test_a_scenario_is_known_by_its_version(tmp_path: Path, head: bytes, is_one: bool) -> None:
    (tmp_path / "x.yaml").write_bytes(head)

    assert pytest_plugin._is_scenario(tmp_path / "x.yaml") is is_one


def test_what_cannot_be_read_is_no_scenario(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "dangling.yaml").symlink_to(tmp_path / "nowhere")

    assert not pytest_plugin._is_scenario(tmp_path / "folder.yaml")
    assert not pytest_plugin._is_scenario(tmp_path / "dangling.yaml")


def _files(folder: Path) -> None:
    """What a project's folder may hold."""
    (folder / "quick.yaml").write_text(SCENARIO)
    (folder / "compose.yml").write_text("services: {web: {image: x}}\n")
    (folder / "latin.yaml").write_bytes("name: Zürich\n".encode("latin-1"))
    (folder / "broken.yaml").write_text("{[: not yaml\n")
    (folder / "huge.yaml").write_bytes(b"- item\n" * 1_000_000)
    (folder / "dangling.yaml").symlink_to(folder / "nowhere")
    (folder / "folder.yaml").mkdir()


def test_without_an_application_no_yaml_file_is_touched(pytester: pytest.Pytester) -> None:
    _files(pytester.path)

    assert pytester.runpytest_inprocess(*PLUGIN).ret is pytest.ExitCode.NO_TESTS_COLLECTED


def test_with_an_application_other_yaml_files_are_not_touched(pytester: pytest.Pytester) -> None:
    _files(pytester.path)
    (pytester.path / "brownout.yaml").write_text("name: a\nurl: http://127.0.0.1:1\nlocustfile: l.py\n")
    (pytester.path / "l.py").touch()
    result = pytester.runpytest_inprocess(*PLUGIN, "--brownout-app", "brownout.yaml", "--collect-only", "-q")

    assert result.ret is pytest.ExitCode.OK
    assert [line for line in result.outlines if "::" in line] == ["quick.yaml::injection_proof"]


@pytest.mark.parametrize("named", ["quick.yaml", "quick.yaml::success"])
def test_a_scenario_that_is_named_needs_an_application(pytester: pytest.Pytester, named: str) -> None:
    _files(pytester.path)
    result = pytester.runpytest_inprocess(*PLUGIN, named)

    assert result.ret is pytest.ExitCode.USAGE_ERROR
    assert result.errlines == [
        f"ERROR: {named}: say which application to drill: --brownout-app brownout.yaml",
        "",
    ]
