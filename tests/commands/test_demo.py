"""``brownout demo``: each application has its fate."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.results import BLANK

from brownout import resources
from brownout.commands.demo import EXPECTED, SCENARIO, judged
from brownout.library.library import load_profile, load_scenario
from brownout.result import Result
from brownout.verdict import Status, exit_code


def _result(app: str, status: Status, outcome: str = "completed", code: int | None = None) -> Result:
    ended = exit_code(status) if code is None else code
    return replace(BLANK, scenario=SCENARIO, app=app, outcome=outcome, status=status, exit_code=ended)


FRAGILE, STURDY = _result("fragile_chat", Status.BROKEN), _result("sturdy_chat", Status.HELD)


def test_one_breaks_and_one_holds_then_all_is_as_it_should_be() -> None:
    assert judged([FRAGILE, STURDY]) == 0


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([_result("fragile_chat", Status.HELD), STURDY], 1),
        ([FRAGILE, _result("sturdy_chat", Status.BROKEN)], 1),
        ([FRAGILE, _result("sturdy_chat", Status.UNKNOWN)], 3),
        ([FRAGILE, _result("sturdy_chat", Status.UNKNOWN, "failed", 4)], 4),
        ([_result("fragile_chat", Status.BROKEN, "interrupted", 130)], 130),
    ],
)
def test_anything_else_is_not(results: list[Result], code: int) -> None:
    assert judged(results) == code


def test_its_applications_are_there_and_bear_the_names_it_knows() -> None:
    for name in EXPECTED:
        assert load_profile(resources.EXAMPLES / name).name == name


def test_both_drills_together_take_less_than_90_seconds() -> None:
    scenario = load_scenario(SCENARIO)

    assert 2 * scenario.duration / scenario.speed < 90
