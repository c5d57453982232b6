"""No room, no folder: which place it is, what is kept, and what to do; exit code 2 before a drill, 4 in it."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.drills import Desk, a_desk

from brownout.journal import files, parse

pytestmark = pytest.mark.e2e
ROOM = 6_000
"""Bytes that each file of the drill may have: some rows of its own, and none of the reports."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as made:
        yield made


@pytest.mark.parametrize("kind", ["file", "below a file", "too long", "no place for folders", "report.html"])
def test_a_place_where_nothing_can_be_written_is_told_before_the_drill(desk: Desk, kind: str) -> None:
    (desk.folder / "file").write_text("")
    (desk.folder / "report.html" / "report.html").mkdir(parents=True)
    places = {"too long": "a" * 300, "below a file": "file/x", "no place for folders": "/proc/x"}
    place = places.get(kind, kind)
    done = desk.brownout("run", "short.yaml", "--app", "brownout.yaml", "--out", place)

    assert done.returncode == 2
    assert done.stderr.startswith(f"{place}: a drill cannot be written there: ")
    assert done.stderr.rstrip().endswith("choose another folder with --out")
    assert desk.survivors() == []


def test_a_disk_that_fills_up_ends_the_drill_keeps_what_is_there_and_says_where(desk: Desk) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))

    # Python takes a file of compiled code that was cut short for a whole one: https://github.com/python/cpython/issues/126606
    desk.env = {**desk.env, "PYTHONDONTWRITEBYTECODE": "1"}
    drill = desk.start("run", "short.yaml", "--app", "brownout.yaml", "--out", "out", preexec_fn=little_room)
    _, said = drill.communicate(timeout=60)

    assert drill.returncode == 4
    assert "Traceback" not in said
    assert "File too large" in said
    lines = [line for file in files(desk.out) for line in file.read_bytes().splitlines()]
    assert sum(parse(line) is not None for line in lines) > 5
    desk.wait_until_alone()
    assert desk.brownout("report", "out").returncode in (3, 4)
