"""Work that takes its time."""

from __future__ import annotations

from brownout.standin.stages import Stages


def test_each_look_is_a_stage_and_the_last_one_stays() -> None:
    stages = Stages("queued", "in_progress", "completed")
    assert (stages.now, stages.over) == ("queued", False)
    assert [stages.look(second) for second in (5, 6, 7)] == ["in_progress", "completed", "completed"]
    assert stages.over
    assert stages.times == {"in_progress": 5, "completed": 6}


def test_it_can_take_another_turn() -> None:
    stages = Stages("queued", "completed")
    stages.turn(4, "cancelling", "cancelled")
    assert (stages.now, stages.look(5), stages.over) == ("cancelling", "cancelled", True)
    assert stages.times == {"cancelling": 4, "cancelled": 5}
