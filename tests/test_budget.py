"""The budget of CPU time bites where it should, and only there; and a run says what it took."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.budget import CROWDED, YARDSTICK, allowed

pytestmark = pytest.mark.starts  # each starts a pytest of its own, some with workers

pytest_plugins = ("pytester",)
TESTS = Path(__file__).parent
SECONDS = st.floats(0.001, 100.0)
BURN = """
import subprocess, sys, time, pytest

def burn(seconds=0.5):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder of tests with the budgets of this project, made small: 0.2 s, and 100 s for a drill."""
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    monkeypatch.delenv("HYPOTHESIS_PROFILE", raising=False)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:cacheprovider -p no:brownout")
    pytester.makeini("[pytest]\nmarkers =\n  drill\n  e2e\n  heavy")
    pytester.makeconftest(
        "from support import budget\n"
        "budget.OTHER, budget.DRILL, budget.YARDSTICK, budget.CROWDED = 0.2, 100.0, 1e9, 1e9\n"
        "pytest_plugins = ('support.budget',)\n"
    )
    return pytester


def test_a_test_of_twice_its_budget_fails_with_one_line(suite: pytest.Pytester) -> None:
    suite.makepyfile(BURN + "def test_long(): burn(0.5)\ndef test_short(): pass\n")
    result = suite.runpytest_subprocess(timeout=60)

    result.assert_outcomes(failed=1, passed=1)
    result.stdout.re_match_lines(
        [r"over budget: this test took 0\.\d s of CPU; 0\.2 s are for one that plays no drill .*"]
    )
    assert "budget.py" not in result.stdout.str()


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_test_that_is_over_its_budget_by_less_is_listed_and_passes(suite: pytest.Pytester, workers: str) -> None:
    suite.makeconftest(
        "from support import budget\n"
        "budget.OTHER, budget.SURELY, budget.YARDSTICK, budget.CROWDED = 0.2, 1e9, 1e9, 1e9\n"
        "pytest_plugins = ('support.budget',)\n"
    )
    suite.makepyfile(test_it=BURN + "def test_long(): burn(0.3)\ndef test_short(): pass\n")
    result = suite.runpytest_subprocess("-n", workers, timeout=60)

    result.assert_outcomes(passed=2)
    result.stdout.re_match_lines([r"over budget: this test took 0\.\d s of CPU; .*: test_it\.py::test_long"])
    assert "test_short" not in result.stdout.str()


def test_a_test_pays_for_its_processes_and_for_those_that_its_fixture_ends(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        BURN
        + """
WORK = [sys.executable, "-c", "import time\\nwhile time.process_time() < 0.5: pass"]

def test_child(): subprocess.run(WORK, check=True)

@pytest.fixture
def child():
    with subprocess.Popen(WORK):
        yield

def test_fixture(child): pass
"""
    )
    result = suite.runpytest_subprocess(timeout=60)

    result.assert_outcomes(failed=1, passed=1, errors=1)
    result.stdout.fnmatch_lines(["over budget: this test with its end took *", "over budget: this test took *"])


@pytest.mark.parametrize(
    ("mark", "profile", "failed"),
    [("drill", "quick", 0), ("heavy", "quick", 0), ("e2e", "quick", 1), ("e2e", "thorough", 0)],
)
def test_drills_have_more_and_what_is_meant_to_take_long_has_no_budget(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, mark: str, profile: str, failed: int
) -> None:
    monkeypatch.setenv("HYPOTHESIS_PROFILE", profile)
    suite.makepyfile(BURN + f"@pytest.mark.{mark}\ndef test_long(): burn()\n")

    suite.runpytest_subprocess(timeout=60).assert_outcomes(passed=1 - failed, failed=failed)


def test_what_tests_share_is_paid_by_none_of_them(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        BURN
        + """
@pytest.fixture(scope="module")
def inner():
    burn(0.15)
    yield
    burn()

@pytest.fixture(scope="session")
def outer():
    burn(0.15)
    yield
    burn()

def test_one(outer, inner): burn(0.1)
def test_two(outer, inner): burn(0.1)
"""
    )
    suite.runpytest_subprocess(timeout=60).assert_outcomes(passed=2)


def test_a_shared_fixture_has_a_budget_too(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        BURN + "@pytest.fixture(scope='module')\ndef big(): burn()\ndef test_one(big): pass\ndef test_two(big): pass\n"
    )
    result = suite.runpytest_subprocess(timeout=60)

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["over budget: the fixture big took *"])


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_run_says_what_it_took_with_its_workers(suite: pytest.Pytester, workers: str) -> None:
    suite.makepyfile(BURN + "@pytest.mark.drill\ndef test_long(): burn(0.4)\n")
    said = suite.runpytest_subprocess("-n", workers, timeout=60).stdout.str()
    total = re.search(r"^CPU time of all tests and their processes: \d+\.\d min \((\d+) s\)$", said, re.MULTILINE)

    assert total is not None, said
    assert int(total[1]) >= 1


@given(SECONDS, SECONDS, st.floats(0, 100), st.integers(1, 64))
def test_no_machine_makes_a_budget_smaller(base: float, yardstick: float, load: float, cores: int) -> None:
    assert allowed(base, yardstick, load, cores) >= base


@pytest.mark.parametrize(
    ("yardstick", "load", "factor"),
    [(YARDSTICK / 3, 0.0, 1), (YARDSTICK * 3, 0.0, 3), (YARDSTICK, CROWDED * 2, 1), (YARDSTICK, CROWDED * 2 + 1, 2),
     (YARDSTICK * 3, CROWDED * 2 + 1, 6)],
)  # fmt: skip
def test_slow_and_crowded_machines_have_more(yardstick: float, load: float, factor: float) -> None:
    assert allowed(2.0, yardstick, load, cores=2) == pytest.approx(2.0 * factor)


@pytest.mark.parametrize(("seconds", "passes"), [(0.3, True), (1.4, False)])
def test_what_is_done_for_many_tests_is_none_of_theirs_to_pay(
    suite: pytest.Pytester, seconds: float, passes: bool
) -> None:
    suite.makeconftest(
        "from support import budget\n"
        "budget.SHARED, budget.OTHER, budget.YARDSTICK, budget.CROWDED = 0.6, 0.2, 1e9, 1e9\n"
        "pytest_plugins = ('support.budget',)\n"
    )
    shared = f"from support.budget import sharing\ndef test_one():\n    with sharing('that'): burn({seconds})\n"
    suite.makepyfile(BURN + shared)
    said = suite.runpytest_subprocess(timeout=60).stdout.str()

    assert ("over budget: that took" in said) is not passes
    assert ("1 passed" in said) is passes
