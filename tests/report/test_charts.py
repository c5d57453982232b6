from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from brownout.report import charts
from brownout.result import Result, Second

SECONDS = st.builds(
    Second,
    t=st.integers(0, 3000).map(float),
    asked=st.integers(0, 50),
    answered=st.integers(0, 50),
    refused=st.integers(0, 9),
    failed=st.integers(0, 9),
    hung=st.integers(0, 9),
    p50=st.none() | st.floats(0, 20),
    p95=st.none() | st.floats(0, 60),
    injected=st.integers(0, 50),
    exchanges=st.integers(0, 50),
    users=st.none() | st.integers(0, 50),
)


def empty(outage: Result, duration: float = 0.0) -> Result:
    return replace(outage, seconds=(), duration=duration, phases=(), status_posts=())


def test_a_short_drill_is_drawn_second_by_second(outage: Result) -> None:
    data = charts.data(outage)

    assert data["width"] == 1
    assert data["t"][:2] == [0.5, 1.5]
    assert data["series"]["hung"][:96] == [second.hung for second in outage.seconds]
    assert data["phases"][1] == {"name": "unannounced", "impact": "major_outage", "start": 5.0, "end": 15.0}
    assert data["posts"][0] == {"t": 15.2, "provider": "openai", "say": "investigating"}


@given(st.lists(SECONDS, max_size=30))
def test_bars_are_few_and_lose_no_question(outage: Result, seconds: list[Second]) -> None:
    data = charts.data(replace(outage, seconds=tuple(seconds)))

    assert len(data["t"]) <= charts.MOST_BARS
    for name in charts.COUNTED:
        assert sum(data["series"][name]) == sum(getattr(second, name) for second in seconds)
    assert max([p for p in data["series"]["p95"] if p is not None], default=None) == max(
        [second.p95 for second in seconds if second.p95 is not None], default=None
    )


def test_wide_bars_take_the_median_second_and_the_worst(outage: Result) -> None:
    some = [Second(float(t), 1, 1, 0, 0, 0, p, 2 * p, 0, 1, t) for t, p in ((0, 1.0), (1, 2.0), (2, 9.0))]

    data = charts.data(replace(empty(outage, 720.0), seconds=tuple(some)))

    assert data["width"] == 3
    assert (data["series"]["p50"][0], data["series"]["p95"][0], data["series"]["users"][0]) == (2.0, 18.0, 2)
    assert data["series"]["p50"][1] is None


def test_a_drill_without_seconds_is_drawn_as_an_empty_one(outage: Result) -> None:
    data = charts.data(empty(outage))

    assert data["t"] == []
    assert data["end"] == 0.0


def test_values_that_json_cannot_say_are_left_out(outage: Result) -> None:
    nan = Second(0.0, 1, 1, 0, 0, 0, float("nan"), float("inf"), 0, 1, None)
    posts = ({"t": float("nan"), "say": "resolved"}, {"say": "monitoring"})

    data = charts.data(replace(empty(outage, 1.0), seconds=(nan,), status_posts=posts))

    assert json.loads(json.dumps(data, allow_nan=False))["series"]["p50"] == [None]
    assert data["posts"] == []
