"""The matrix as tables."""

from __future__ import annotations

import pytest

from brownout.selftest import tables
from brownout.selftest.defect import Defect
from brownout.selftest.matrix import Answer, Play, matrix
from brownout.verdict import Status

LATE = Defect("late", "shop", "waits for ever", "no_hang", "gave up", "hang", "prompt")
DEFECTS = {"late": LATE}
GAVE_UP, HELD = Answer(Status.BROKEN, "1 user gave up"), Answer(Status.HELD, "nobody")


def _play(seed: int, late: Answer = GAVE_UP, prompt: Answer = HELD, faults: bool = True, busy: str = "") -> Play:
    return Play("shop", seed, faults, {("no_hang", "late"): late, ("no_hang", "prompt"): prompt}, busy=busy)


OVER = matrix(DEFECTS.values(), [_play(1), _play(2, late=HELD, prompt=GAVE_UP), _play(1, late=HELD, faults=False)])


def test_a_defect_has_a_row_with_what_was_said_of_it_its_twin_and_without_its_fault() -> None:
    (row,) = tables.defect_rows(OVER, DEFECTS)

    assert dict(zip(tables.HEAD, row, strict=True)) == {
        "defect": "late",
        "check": "no_hang",
        "fault": "hang",
        "found": "1 of 2",
        "said": "1 BROKEN, 1 HELD",
        "its twin": "1 HELD, 1 BROKEN",
        "without the fault": "HELD",
    }


def test_the_confusion_matrix_counts_each_verdict_once() -> None:
    assert next(iter(tables.confusion_rows(OVER))) == ("planted", "1", "0", "1", "0")
    assert sum(int(cell) for row in tables.confusion_rows(OVER) for cell in row[1:]) == 5


def test_what_is_wrong_is_said_in_sentences() -> None:
    lines = list(tables.problems(OVER))

    assert lines == [
        "accused: prompt by no_hang (shop, with faults, seed 2): 1 user gave up",
        "missed: late by no_hang (seed 2): nobody",
    ]
    starved = _play(1, late=Answer(Status.UNKNOWN, "nothing proved", busy=True), busy="The load stood still.")
    assert list(tables.problems(matrix([LATE], [starved]))) == [
        "no verdict: late by no_hang (seed 1): nothing proved",
        "the machine was busy: The load stood still.",
    ]


def test_a_page_gets_its_tables_between_its_marks_and_keeps_the_rest() -> None:
    page = "before\n<!-- selftest: begin -->\nold\n<!-- selftest: end -->\nafter\n"
    written = tables.put_into(page, OVER, DEFECTS)

    assert written.startswith("before\n<!-- selftest: begin -->\n| defect |")
    assert written.endswith("|\n<!-- selftest: end -->\nafter\n")
    assert "| `late` | waits for ever | hang | `no_hang` |" in written
    assert tables.put_into(written, OVER, DEFECTS) == written
    with pytest.raises(ValueError, match="selftest under load: begin"):
        tables.put_into(page, matrix([LATE], [_play(1)], loaded=True), DEFECTS)


def test_machines_get_all_of_it() -> None:
    value = tables.as_json(OVER, DEFECTS)

    assert (value["exit_code"], value["found"], value["planted"], len(value["problems"])) == (1, 1, 2, 2)
    assert value["confusion"]["sound twin"] == {"BROKEN": 1, "UNKNOWN": 0, "HELD": 1, "SKIPPED": 0}
