"""How a run of the tests is shared out: a plugin for pytest with xdist.

All files with drills go to one worker, at once, since they have to take turns anyhow; the other files, one by one, to
whoever is free. What is no drill steps back (``nice``): it fills what a drill leaves of the machine, and does not make
it late.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from support.turns import BY_PLACE

TESTS = Path(__file__).parents[1]
DRILLS = "drills"
NICE = 4
"""Less than half a drill's share of a core. With much less, other programs of the machine could stop a test."""
MARKED = re.compile(r"^(@|pytestmark = .*)pytest\.mark\.drill\b", re.MULTILINE)


@cache
def plays_drills(path: Path) -> bool:
    """Whether a file has tests that play drills: by its place, or by their mark."""
    return path.is_relative_to(TESTS) and (
        path.relative_to(TESTS).parts[0] in BY_PLACE or MARKED.search(path.read_text()) is not None
    )


class DrillsTogether(LoadScopeScheduling):  # type: ignore[misc]
    """Files stay together; those with drills are one big file, and the first."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return DRILLS if plays_drills(TESTS.parent / file) else file

    def _assign_work_unit(self, node: object) -> None:
        if DRILLS in self.workqueue:
            self.workqueue.move_to_end(DRILLS, last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> DrillsTogether | None:
    """Where files stay together, so do drills."""
    return DrillsTogether(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A worker steps back with the first file that has no drill. It cannot step forward again, and need not."""
    if hasattr(item.config, "workerinput") and not plays_drills(item.path) and os.nice(0) < NICE:
        os.nice(NICE - os.nice(0))
    return (yield)
