"""Fixed times and spreads of times."""

from __future__ import annotations

import json
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from brownout import chance
from brownout.config.delay import LONGEST_TAIL, Delay, DelayField, fixed, parse


class Holder(BaseModel):
    delay: DelayField


def read(value: Any) -> Delay:
    return Holder.model_validate({"delay": value}).delay


WRITTEN: list[Any] = [
    "2s",
    0.25,
    {"uniform": ["1s", "5s"]},
    {"uniform": ["1s", "5s"], "most": "3s"},
    {"lognormal": {"median": "2s", "sigma": 0.8}},
    {"lognormal": {"median": "2s", "sigma": 0.8}, "most": "30s"},
    {"pareto": {"least": "1s", "alpha": 1.5}},
    {"pareto": {"least": "1s", "alpha": 1.5}, "most": "1m"},
]
SPREADS = st.sampled_from([read(value) for value in WRITTEN])
UNITS = st.floats(0, 1, exclude_max=True)


def test_a_time_is_the_same_for_everybody() -> None:
    assert {read("2s").draw(unit) for unit in (0.0, 0.3, 0.999)} == {2.0}


def test_a_uniform_delay_runs_from_its_least_to_its_most() -> None:
    delay = read({"uniform": ["1s", "5s"]})

    assert [delay.draw(unit) for unit in (0.0, 0.25, 0.5)] == [1.0, 2.0, 3.0]


def test_half_of_a_lognormal_delay_is_below_its_median() -> None:
    delay = read({"lognormal": {"median": "2s", "sigma": 0.8}})

    assert delay.draw(0.5) == pytest.approx(2.0)
    assert delay.draw(0.95) == pytest.approx(2.0 * 3.7286, rel=1e-3)  # exp(0.8 * 1.6449)
    assert median(delay.draw(chance.unit("x", n)) for n in range(4001)) == pytest.approx(2.0, rel=0.1)


def test_a_pareto_delay_has_the_tail_of_its_alpha() -> None:
    delay = read({"pareto": {"least": "1s", "alpha": 2}})

    assert delay.draw(0.0) == 1.0
    assert delay.draw(0.75) == pytest.approx(2.0)
    assert delay.draw(0.99) == pytest.approx(10.0)


@given(SPREADS, UNITS, UNITS)
def test_a_delay_grows_with_its_draw_and_never_leaves_its_bounds(delay: Delay, one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert 0 <= delay.draw(low) <= delay.draw(high) <= delay.cap


@given(UNITS)
def test_no_tail_is_endless(unit: float) -> None:
    assert read({"pareto": {"least": "1s", "alpha": 0.001}}).draw(unit) <= LONGEST_TAIL
    assert read({"lognormal": {"median": "1s", "sigma": 100}}).draw(unit) <= LONGEST_TAIL


@pytest.mark.parametrize("value", WRITTEN)
def test_what_was_dumped_can_be_read_again(value: Any) -> None:
    delay = read(value)

    dumped = json.loads(Holder(delay=delay).model_dump_json())

    assert Holder.model_validate(dumped).delay == delay
    assert hash(delay) == hash(parse(dumped["delay"]))


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("a while", "is not a duration"),
        ({}, "a delay is 2s"),
        ({"normal": [1, 2]}, "a delay is 2s"),
        ({"uniform": [1, 2], "pareto": {}}, "a delay is 2s"),
        ({"fixed": 2}, "a delay is 2s"),
        ({"uniform": ["5s", "1s"]}, "runs backwards"),
        ({"uniform": "1s"}, "two times"),
        ({"uniform": ["1s", "2s", "3s"]}, "two times"),
        ({"lognormal": {"median": "2s"}}, "median .* and sigma"),
        ({"lognormal": {"median": "2s", "sigma": 0}}, "not a number above 0"),
        ({"pareto": {"least": "1s", "alpha": "steep"}}, "not a number above 0"),
        ({"pareto": {"least": "1s", "alpha": True}}, "not a number above 0"),
        ({"pareto": {"least": "10s", "alpha": 1}, "most": "5s"}, "less than the least"),
        ({"uniform": ["2s", "5s"], "most": "1s"}, "less than the least"),
        ({"uniform": ["2s", "5s"], "most": "soon"}, "is not a duration"),
    ],
)
def test_what_is_no_delay_is_refused_with_what_is_allowed(value: Any, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        read(value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2s", "2s"),
        ({"uniform": ["1s", "5s"]}, "1s to 5s"),
        ({"lognormal": {"median": "2s", "sigma": 0.8}}, "about 2s (lognormal, sigma 0.8)"),
        ({"pareto": {"least": "1s", "alpha": 1.5}, "most": "1m"}, "1s or more (Pareto, alpha 1.5), at most 1m"),
    ],
)
def test_it_says_what_it_is(value: Any, words: str) -> None:
    assert str(read(value)) == words


def test_a_schema_describes_every_shape() -> None:
    text = json.dumps(Holder.model_json_schema())

    assert all(f'"{shape}"' in text for shape in ("uniform", "lognormal", "pareto", "most"))


def test_a_delay_that_is_one_already_stays_as_it_is() -> None:
    assert parse(fixed(3)) == fixed(3)
