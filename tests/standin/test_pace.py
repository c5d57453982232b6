"""When each token is due."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.orders import Pace
from brownout.standin.pace import first, schedule, until

PACES = st.builds(
    Pace,
    first_token=st.floats(0, 5),
    first_token_jitter=st.floats(0, 5),
    tokens_per_second=st.floats(0, 1000),
    jitter=st.floats(0, 2),
)


@given(PACES, st.integers(), st.text(), st.integers(0, 50))
def test_a_schedule_never_runs_backwards_and_is_the_same_again(pace: Pace, seed: int, salt: str, count: int) -> None:
    moments = schedule(pace, seed, salt, count)
    assert len(moments) == count
    assert list(moments) == sorted(moments)
    assert moments == schedule(pace, seed, salt, count)
    assert all(moment >= 0 for moment in moments)


def test_the_figures_are_kept_on_average() -> None:
    pace = Pace(first_token=0.25, first_token_jitter=0.1, tokens_per_second=80, jitter=0.3)
    firsts = [first(pace, 1, str(number)) for number in range(400)]
    assert 0.15 <= min(firsts) < max(firsts) <= 0.35
    lengths = [schedule(pace, 1, str(number), 41)[-1] - firsts[number] for number in range(400)]
    assert sum(lengths) / 400 == pytest.approx(0.5, rel=0.02)


def test_no_speed_means_no_wait() -> None:
    pace = Pace(first_token=0, first_token_jitter=0, tokens_per_second=0)
    assert schedule(pace, 1, "x", 3) == (0.0, 0.0, 0.0)


def test_a_moment_is_waited_for() -> None:
    async def wait() -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        moment = loop.time() + 0.02
        await until(moment)
        await until(moment)
        return moment, loop.time()

    moment, after = asyncio.run(wait())
    assert after >= moment - 0.001
