"""How a platform with a limited capacity bears its load."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from brownout.capacity import Capacity, Pressure, called, later

CAPACITIES = st.builds(
    Capacity, rate=st.floats(1, 100), queue=st.floats(0.5, 5), worst=st.floats(0.1, 0.9), recover=st.floats(1, 60)
)
SMALL = Capacity(rate=10, queue=2, worst=0.3, recover=20)


def offered(capacity: Capacity, calls_a_second: float, lasts: float, start: Pressure | None = None) -> Pressure:
    """How it stands after so many evenly spaced calls."""
    now = start or Pressure()
    begun = now.at
    for number in range(int(calls_a_second * lasts)):
        now = called(later(now, capacity, begun + number / calls_a_second), capacity)
    return later(now, capacity, begun + lasts)


def quiet(capacity: Capacity, start: Pressure) -> float:
    """Seconds without a call until nothing waits and all of the capacity is back."""
    seconds, now = 0.0, start
    while now.waiting > 0 or now.health < 1:
        seconds += 0.5
        now = later(now, capacity, now.at + 0.5)
    return seconds


@given(CAPACITIES)
def test_a_platform_within_its_capacity_never_fills_its_queue(capacity: Capacity) -> None:
    assert offered(capacity, capacity.rate * 0.8, 30).load(capacity) <= 0.1


@given(CAPACITIES, st.floats(1.2, 3), st.floats(1.2, 2))
def test_the_more_it_is_called_the_worse_it_gets(capacity: Capacity, factor: float, more: float) -> None:
    less = offered(capacity, capacity.rate * factor, 10)
    worse = offered(capacity, capacity.rate * factor * more, 10)

    assert worse.waiting >= less.waiting - 1
    assert worse.health <= less.health + 1e-9


def test_a_swamped_platform_stays_down_longer_than_the_burst() -> None:
    after = offered(SMALL, 30, 6)

    assert after.load(SMALL) > 1
    assert after.health == SMALL.worst
    assert quiet(SMALL, after) > 6


def test_retries_keep_it_down() -> None:
    felled = offered(SMALL, 30, 6)

    assert offered(SMALL, 8, 120, felled).load(SMALL) > 1  # 8 a second would be no load for a healthy one
    assert offered(SMALL, 1, 120, felled).load(SMALL) < 1


def test_what_waits_has_a_limit() -> None:
    assert offered(SMALL, 1000, 5).load(SMALL) <= 10


@given(CAPACITIES, st.floats(1, 4), st.floats(0, 30))
def test_health_stays_between_the_worst_and_all_of_it(capacity: Capacity, factor: float, rest: float) -> None:
    pressed = offered(capacity, capacity.rate * factor, 5)
    rested = later(pressed, capacity, pressed.at + rest)

    assert capacity.worst - 1e-9 <= pressed.health <= 1
    assert rested.health >= min(pressed.health, capacity.worst)
    assert rested.waiting <= pressed.waiting
