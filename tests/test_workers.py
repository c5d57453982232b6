"""Tests are shared out: drills to one worker, ahead of all, the rest file by file; what is no drill steps back."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from support import workers
from support.workers import NICE, DrillsTogether, plays_drills

pytest_plugins = ("pytester",)
TESTS = Path(__file__).parent


@pytest.mark.parametrize(
    ("file", "plays"),
    [("e2e/test_run.py", True), ("kills/test_kills.py", True), ("test_turns.py", True), ("test_budget.py", False)],
)
def test_a_file_plays_drills_by_its_place_or_by_a_mark(file: str, plays: bool) -> None:
    assert plays_drills(TESTS / file) is plays


class Node:
    """A worker that only takes note."""

    def __init__(self) -> None:
        self.given: list[int] = []
        self.shutting_down = False
        self.gateway = SimpleNamespace(id="gw")

    def send_runtest_some(self, indices: list[int]) -> None:
        """Tests to run."""
        self.given += indices

    def shutdown(self) -> None:
        """Nothing more to come."""
        self.shutting_down = True


def test_one_worker_has_all_drills_at_once_and_no_other_has_any() -> None:
    names = ("background", "budget", "workers")
    plain = [f"tests/test_{name}.py::test_{number}" for name in names for number in range(4)]
    drills = [f"tests/{name}::test" for name in ("e2e/test_run.py", "kills/test_kills.py", "test_turns.py")]
    ids = [*plain, *drills]
    option = SimpleNamespace(tx=["popen", "popen"], numprocesses=2, loadscopereorder=True)
    config = SimpleNamespace(getvalue=lambda name: getattr(option, name), option=option)
    scheduler, nodes = DrillsTogether(config), [Node(), Node()]
    for node in nodes:
        scheduler.add_node(node)
        scheduler.add_node_collection(node, ids)
    scheduler.schedule()

    assert [ids[index] for index in nodes[0].given] == drills
    assert {ids[index].split("::")[0] for index in nodes[1].given} == {"tests/test_background.py"}


@pytest.mark.parametrize(("dist", "ours"), [("loadfile", True), ("worksteal", False), ("no", False)])
def test_another_way_to_share_out_is_left_alone(dist: str, ours: bool) -> None:
    config = SimpleNamespace(getoption=lambda name: dist, getvalue=lambda name: ["popen"])

    assert (workers.pytest_xdist_make_scheduler(config, None) is not None) is ours  # type: ignore[arg-type]


def test_a_worker_steps_back_with_its_first_file_that_plays_no_drill(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    pytester.makepyfile(f"import os\ndef test_it(): assert os.nice(0) >= {NICE}\n")
    arguments = ("-p", "no:cacheprovider", "-p", "no:brownout", "-p", "support.workers")

    pytester.runpytest_subprocess(*arguments, "-n", "1", timeout=60).assert_outcomes(passed=1)
    if os.nice(0) < NICE:
        pytester.runpytest_subprocess(*arguments, timeout=60).assert_outcomes(failed=1)
