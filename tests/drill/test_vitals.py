"""Who has the processors while a drill runs, second by second."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest
from support.proxies import wait_until

from brownout.drill.processes import Family
from brownout.drill.vitals import Vitals
from brownout.journal import MemoryJournal

BURN = [sys.executable, "-c", "while True: pass"]
IDLE = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def stranger() -> Iterator[None]:
    """A program that is nobody's, and computes."""
    process = subprocess.Popen(BURN)
    yield
    process.kill()
    process.wait()


def _computed(pid: int) -> float:
    """CPU seconds of a process, and of all that it started."""
    process = psutil.Process(pid)
    return float(sum(each.cpu_times().user for each in (process, *process.children(recursive=True))))


def _pressure(family: Family) -> dict[str, float | None]:
    """The first full look, a moment after the beginning."""
    journal = MemoryJournal()
    vitals = Vitals(journal, family, 0.05, every=0.4)

    def seen() -> bool:
        vitals.beat()
        return any(row["kind"] == "pressure" for row in journal.rows)

    wait_until(seen, 30)
    return next(row for row in journal.rows if row["kind"] == "pressure")


def test_an_application_that_computes_is_told_from_strangers_that_do_not(family: Family) -> None:
    family.start("app", BURN).foreign = True
    row = _pressure(family)

    assert row["app"] is not None
    assert row["app"] > 0
    assert row["queue"] is not None
    assert row["queue"] > 0


def test_what_an_application_has_computed_before_it_is_first_seen_is_its_own(family: Family) -> None:
    journal = MemoryJournal()
    vitals = Vitals(journal, family, 0.05, every=0.0)
    app = family.start("app", BURN)
    app.foreign = True
    wait_until(lambda: _computed(app.process.pid) > 0.5, 60)
    vitals.beat()

    assert next(row for row in journal.rows if row["kind"] == "pressure")["app"] > 0


def test_a_stranger_that_computes_is_no_part_of_the_application(family: Family, stranger: None) -> None:
    family.start("app", IDLE).foreign = True
    row = _pressure(family)

    assert row["app"] is not None
    assert row["others"] is not None
    assert row["others"] > row["app"]


def test_where_the_application_runs_by_itself_nobody_can_be_told_from_it(family: Family, stranger: None) -> None:
    family.start("proxy-0", IDLE)
    row = _pressure(family)

    assert (row["app"], row["others"]) == (None, None)
