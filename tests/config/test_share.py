from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from brownout.config.share import Share, ShareField

adapter: TypeAdapter[Share] = TypeAdapter(ShareField)
fractions = st.floats(min_value=0, max_value=1)
moments = st.just(0.0) | st.floats(min_value=0.001, max_value=1e5)


def share(value: Any) -> Share:
    return adapter.validate_python(value)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("30%", "30%"),
        (0.3, "30%"),
        ({"from": "10%", "to": "85%"}, "10% → 85%"),
        ({"high": "80%", "low": "5%", "every": "4m"}, "80% / 5% every 4m"),
        ({"high": 1, "every": 30}, "100% / 0% every 30s"),
    ],
)
def test_a_share_is_read_and_said_as_people_do(written: Any, words: str) -> None:
    assert str(share(written)) == words


@pytest.mark.parametrize(
    "written",
    [
        None,
        True,
        "x",
        2,
        {},
        {"from": 0},
        {"from": 0, "to": 2},
        {"high": 1},
        {"high": 1, "every": "x"},
        [0.5],
        {"a": 1},
    ],
)
def test_what_is_no_share_is_refused(written: Any) -> None:
    with pytest.raises(ValidationError):
        share(written)


@given(fractions, fractions, moments)
def test_a_ramp_goes_from_its_start_to_its_end_and_stays_between(start: float, end: float, lasts: float) -> None:
    ramp = share({"from": start, "to": end})
    assert ramp.at(0, lasts) == pytest.approx(start)
    if lasts > 0:
        assert ramp.at(lasts, lasts) == pytest.approx(end)
        assert ramp.at(lasts / 2, lasts) == pytest.approx((start + end) / 2)
    for elapsed in (-1.0, lasts / 3, lasts * 2):
        assert min(start, end) - 1e-9 <= ramp.at(elapsed, lasts) <= max(start, end) + 1e-9


@given(st.floats(min_value=0.01, max_value=1))
def test_a_ramp_up_never_goes_down(end: float) -> None:
    ramp = share({"from": 0, "to": end})
    values = [ramp.at(second, 60) for second in range(61)]
    assert values == sorted(values)


@given(st.integers(min_value=0, max_value=1000), st.floats(min_value=1, max_value=100))
def test_a_square_wave_is_high_then_low_in_every_period(period: int, every: float) -> None:
    wave = share({"high": "80%", "low": "5%", "every": every, "duty": "25%"})
    start = period * every
    assert wave.at(start + every * 0.1, 1e6) == 0.8
    assert wave.at(start + every * 0.5, 1e6) == 0.05
    assert wave.at(start + every * 0.9, 1e6) == 0.05


def test_a_square_wave_of_an_hour_has_its_mean() -> None:
    wave = share({"high": "80%", "low": "20%", "every": "1m", "duty": "25%"})
    assert wave.mean == pytest.approx(0.35)
    assert sum(wave.at(second, 3600) for second in range(3600)) / 3600 == pytest.approx(wave.mean)


@given(fractions, fractions)
def test_the_mean_of_a_ramp_is_half_way(start: float, end: float) -> None:
    assert share({"from": start, "to": end}).mean == pytest.approx((start + end) / 2)


def test_a_phase_of_no_length_has_the_share_of_its_start() -> None:
    assert share({"from": 0.2, "to": 0.8}).at(0, 0) == 0.2


@given(
    st.one_of(
        fractions,
        st.builds(lambda a, b: {"from": a, "to": b}, fractions, fractions),
        st.builds(
            lambda high, low, every, duty: {"high": high, "low": low, "every": every, "duty": duty},
            fractions,
            fractions,
            st.floats(min_value=0.001, max_value=1e6),
            fractions,
        ),
    )
)
def test_a_dumped_share_is_read_again_exactly(written: Any) -> None:
    read = share(written)
    again = share(adapter.dump_python(read))
    assert all(again.at(elapsed, 60) == read.at(elapsed, 60) for elapsed in (0, 7, 30, 59.5, 60))
    assert share(adapter.validate_json(adapter.dump_json(read))) == again
