"""Workers of one run of pytest: each drill once, and one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from brownout.testing.drill_sharing import INTERRUPTED, Outcome, once


def _worker(shared: Path, name: str = "gw0", run: str = "run-1") -> pytest.Config:
    """As much of a worker's configuration as is looked at."""
    folders = SimpleNamespace(getbasetemp=lambda: shared / f"popen-{name}")
    return cast(pytest.Config, SimpleNamespace(workerinput={"testrunuid": run}, _tmp_path_factory=folders))


def _counted() -> tuple[list[int], Callable[[], Outcome]]:
    """A drill that writes down that it ran."""
    runs: list[int] = []

    def drill() -> Outcome:
        runs.append(1)
        return Outcome(f"folder-{len(runs)}", None)

    return runs, drill


def test_without_workers_it_simply_runs() -> None:
    runs, drill = _counted()

    assert once(cast(pytest.Config, SimpleNamespace()), "a.yaml", drill) == Outcome("folder-1", None)
    assert len(runs) == 1


def test_workers_of_one_run_share_one_drill(tmp_path: Path) -> None:
    runs, drill = _counted()
    with ThreadPoolExecutor(4) as pool:
        workers = [pool.submit(once, _worker(tmp_path, f"gw{number}"), "a.yaml", drill) for number in range(4)]

    assert [worker.result() for worker in workers] == [Outcome("folder-1", None)] * 4
    assert len(runs) == 1


def test_another_scenario_and_another_run_are_other_drills(tmp_path: Path) -> None:
    runs, drill = _counted()
    once(_worker(tmp_path), "a.yaml", drill)
    once(_worker(tmp_path), "b.yaml", drill)
    once(_worker(tmp_path, run="run-2"), "a.yaml", drill)

    assert len(runs) == 3


def test_two_drills_never_run_side_by_side(tmp_path: Path) -> None:
    busy = threading.Lock()
    alone: list[bool] = []

    def drill() -> Outcome:
        alone.append(busy.acquire(blocking=False))
        try:
            return Outcome("", None)
        finally:
            busy.release()

    with ThreadPoolExecutor(8) as pool:
        for number in range(32):
            pool.submit(once, _worker(tmp_path, f"gw{number % 8}"), f"{number}.yaml", drill)

    assert alone == [True] * 32


def test_a_drill_that_was_interrupted_is_not_begun_again(tmp_path: Path) -> None:
    def interrupted() -> Outcome:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        once(_worker(tmp_path, "gw0"), "a.yaml", interrupted)
    runs, drill = _counted()

    assert once(_worker(tmp_path, "gw1"), "a.yaml", drill) == INTERRUPTED
    assert runs == []
