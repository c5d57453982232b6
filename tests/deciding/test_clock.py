from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.deciding.clock import Clock
from brownout.deciding.plan import moment_at
from brownout.scenario import Scenario


def scenario() -> Scenario:
    timeline: list[dict[str, Any]] = [
        {"phase": "healthy", "lasts": "10s", "impact": "operational"},
        {"phase": "down", "lasts": "20s", "impact": "major_outage"},
    ]
    return Scenario.model_validate({"brownout": 1, "name": "x", "title": "X", "timeline": timeline})


def clock(speed: float = 1.0, zero: float | None = 100.0) -> Clock:
    return Clock(scenario(), speed, zero)


def phase_at(at: Clock, now: float) -> str | None:
    moment = at.moment(now)
    return moment.phase.phase if moment else None


@pytest.mark.parametrize(
    ("now", "phase"),
    [(99.9, None), (100.0, "healthy"), (109.9, "healthy"), (110.0, "down"), (129.9, "down"), (130, None)],
)
def test_a_phase_begins_when_the_one_before_ends(now: float, phase: str | None) -> None:
    assert phase_at(clock(), now) == phase


def test_a_timeline_that_has_not_begun_has_no_phase() -> None:
    assert phase_at(clock(zero=None), 100.0) is None


def test_at_a_higher_speed_phases_are_shorter() -> None:
    assert [phase_at(clock(10), now) for now in (100.5, 101.5, 103.5)] == ["healthy", "down", None]


def test_a_jump_begins_a_phase_now() -> None:
    at = clock()

    at.jump("down", 500.0)

    moment = at.moment(500.0)
    assert moment is not None
    assert (moment.phase.phase, moment.elapsed) == ("down", 0.0)


def test_a_jump_to_nowhere_names_the_phases_there_are() -> None:
    with pytest.raises(ValueError, match="no phase 'dwn' in x; there are: healthy, down"):
        clock().jump("dwn", 0.0)


def test_a_paused_clock_stands_still_and_goes_on_from_there() -> None:
    at = clock()
    at.pause(105.0)

    assert (at.elapsed(900.0), at.phase_left(900.0)) == (5.0, 0.0)

    at.resume(1000.0)

    assert at.elapsed(1001.0) == 6.0


def test_a_paused_clock_can_jump() -> None:
    at = clock()
    at.pause(105.0)
    at.jump("down", 106.0)

    assert phase_at(at, 5000.0) == "down"


def test_what_is_left_of_a_phase_is_in_real_seconds() -> None:
    assert clock(10).phase_left(101.0) == pytest.approx(2.0)


@given(st.floats(-5, 40), st.floats(0.1, 1000))
def test_the_clock_and_the_plan_agree(incident: float, speed: float) -> None:
    at = clock(speed)
    expected = moment_at(scenario(), incident)
    moment = at.moment(100.0 + incident / speed)
    if expected is None or moment is None or abs(incident % 10) < 1e-6 or abs(incident % 10 - 10) < 1e-6:
        return  # at an edge, rounding decides

    assert moment.phase.phase == expected.phase.phase
    assert moment.elapsed == pytest.approx(expected.elapsed, abs=1e-6)


def test_a_phase_began_when_it_did_also_for_a_clock_that_stands_still() -> None:
    day = iter((1000.0, 2000.0, 3000.0, 4000.0))
    at = Clock(scenario(), 2.0, 100.0, unix=lambda: next(day))

    first = at.moment(101.0)
    at.pause(102.0)
    later = at.moment(109.0)
    at.jump("down", 110.0)
    anew = at.moment(120.0)

    assert first is not None
    assert later is not None
    assert anew is not None
    assert first.began == later.began == 1000.0 - 1.0
    assert anew.began == 2000.0
