"""What is kept of a drill: each verdict in short, whether the machine was busy, and whether it came to its end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.results import BLANK

from brownout.judging import doubt
from brownout.result import Result
from brownout.selftest.benches import BENCHES
from brownout.selftest.matrix import Answer
from brownout.selftest.playing import Turn, as_play
from brownout.verdict import Status, Verdict

TURN = Turn(BENCHES["asked"], 2, True)
PLAYED = replace(BLANK, seed=2, status=Status.BROKEN, exit_code=1)


def verdict(status: Status, **more: Any) -> Verdict:
    return Verdict("no_hang", "no_hang of bounded", status, "", "2 hung", "they waited", journey="bounded", **more)


def result(*verdicts: Verdict, **more: Any) -> Result:
    return replace(PLAYED, **{"verdicts": verdicts, **more})


def test_a_verdict_is_kept_by_check_and_journey_with_what_it_measured_and_found() -> None:
    play = as_play(TURN, result(verdict(Status.BROKEN)))

    assert play.answers == {("no_hang", "bounded"): Answer(Status.BROKEN, "2 hung: they waited")}
    assert (play.bench, play.seed, play.faults, play.code, play.busy) == ("asked", 2, True, 0, "")


@pytest.mark.parametrize(
    ("more", "note", "busy"),
    [({}, "", False), ({"next_step": doubt.NEXT_STEP}, "", True), ({}, f"For 5s. {doubt.PROVES_NOTHING}", True)],
)
def test_unknown_is_the_machines_doing_where_the_verdict_or_the_drill_says_so(
    more: dict[str, Any], note: str, busy: bool
) -> None:
    play = as_play(TURN, result(verdict(Status.UNKNOWN, **more), notes=(note,)))

    assert play.answers["no_hang", "bounded"].busy is busy
    assert play.busy == note


def test_what_is_broken_on_a_busy_machine_is_broken() -> None:
    play = as_play(TURN, result(verdict(Status.BROKEN), notes=(doubt.PROVES_NOTHING,)))

    assert not play.answers["no_hang", "bounded"].busy


@pytest.mark.parametrize(
    ("outcome", "code", "kept"), [("stopped", 1, 0), ("interrupted", 130, 130), ("failed", 4, 4), ("killed", 3, 3)]
)
def test_a_drill_that_came_to_its_end_has_no_code_of_its_own(outcome: str, code: int, kept: int) -> None:
    assert as_play(TURN, result(outcome=outcome, exit_code=code)).code == kept
