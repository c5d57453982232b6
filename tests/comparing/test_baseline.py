"""A drill against a baseline: what may be compared, the exit code, and what every report says of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from comparing.conftest import Drills

from brownout.comparing.baseline import Baseline
from brownout.config.yamlfile import InputError
from brownout.judging.judge import judge
from brownout.judging.weighing import weigh
from brownout.report import STANDARD, rendered
from brownout.report.json import result_from_dict
from brownout.result import Result
from brownout.verdict import Status


def against(a_drill: Drills, before: int, now: int) -> Result:
    """A drill with so many failures against one with so many."""
    a, b = a_drill("before", bad=before), a_drill("now", bad=now)
    return Baseline("before", [weigh(a.write())]).against(judge(b.write()))


@pytest.mark.parametrize(
    ("before", "now", "code", "word"),
    [(0, 0, 0, "not told apart"), (0, 4, 1, "worse"), (5, 4, 1, "not told apart"), (8, 4, 1, "better")],
)
def test_what_is_worse_or_broken_ends_with_1(a_drill: Drills, before: int, now: int, code: int, word: str) -> None:
    result = against(a_drill, before, now)

    assert result.comparison is not None
    assert (result.exit_code, result.comparison.word) == (code, word)


def test_what_held_and_is_worse_ends_with_1_all_the_same(a_drill: Drills) -> None:
    slower = a_drill("now", wait=1.5)
    result = Baseline("before", [weigh(a_drill("before").write())]).against(judge(slower.write()))

    assert (result.status, result.exit_code) == (Status.HELD, 1)


def test_every_report_says_what_became_of_it_and_machines_read_it_back(a_drill: Drills) -> None:
    result = against(a_drill, 0, 4)
    texts = {name: rendered(name, result).decode() for name in STANDARD}

    assert "#### Worse than the baseline" in texts["markdown"]
    assert "Against the baseline: worse" in texts["html"]
    assert 'name="baseline"' in texts["junit"]
    assert result_from_dict(json.loads(texts["json"])).comparison == result.comparison


def test_what_is_not_alike_is_refused_before_anything_is_played(a_drill: Drills) -> None:
    drill = a_drill("before")
    baseline = Baseline("before", [weigh(drill.write())])
    baseline.require("test-outage", drill.drill)

    with pytest.raises(InputError, match="no drill of other here, only of test-outage"):
        baseline.require("other", drill.drill)
    with pytest.raises(InputError, match="not alike: the users: 10 and 12"):
        baseline.require("test-outage", {**drill.drill, "users": 12})


def test_a_drill_that_failed_is_compared_with_nothing(a_drill: Drills) -> None:
    drill = a_drill("before")
    result = replace(judge(drill.write()), outcome="failed", exit_code=4)

    assert Baseline("before", [weigh(drill.folder)]).against(result) == result
