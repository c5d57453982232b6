from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.config import units


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (90, 90.0),
        (1.5, 1.5),
        (0, 0.0),
        ("90s", 90.0),
        ("250ms", 0.25),
        ("1.5s", 1.5),
        ("10m", 600.0),
        ("1h30m", 5400.0),
        ("1h 30m 5s 500ms", 5405.5),
        ("2m5ms", 120.005),
    ],
)
def test_durations_are_read_as_people_write_them(text: Any, seconds: float) -> None:
    assert units.seconds(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text", ["", "10", "5x", "ten minutes", "-3s", -1, 1e9, True, None, "30m1h", float("nan"), [1]]
)
def test_what_is_no_duration_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match=r"250ms|out of range"):
        units.seconds(text)


@pytest.mark.parametrize(
    ("text", "fraction"),
    [("30%", 0.3), (0.3, 0.3), (1, 1.0), (0, 0.0), ("0%", 0.0), ("100%", 1.0), ("0.5", 0.5), (" 99.9% ", 0.999)],
)
def test_shares_are_percent_or_fractions(text: Any, fraction: float) -> None:
    assert units.fraction(text) == pytest.approx(fraction)


@pytest.mark.parametrize("text", ["130%", 1.5, -0.1, "-1%", "half", "", True, None, "%", [0.5], float("nan")])
def test_what_is_no_share_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match="between 0% and 100%"):
        units.fraction(text)


@pytest.mark.parametrize(("value", "hint"), [(30, "did you mean 30%?"), ("30", "did you mean 30%?"), (130, "out of")])
def test_a_forgotten_percent_sign_is_guessed(value: Any, hint: str) -> None:
    with pytest.raises(ValueError, match="out of range") as caught:
        units.fraction(value)
    assert hint in str(caught.value)
    assert ("did you mean" in str(caught.value)) is (hint != "out of")


@pytest.mark.parametrize(
    ("text", "rate"),
    [("40 rps", 40.0), ("60 rpm", 1.0), ("20/min", 1 / 3), ("5/s", 5.0), ("30 per minute", 0.5), (2, 2.0), (0.5, 0.5)],
)
def test_rates_are_calls_a_second(text: Any, rate: float) -> None:
    assert units.per_second(text) == pytest.approx(rate)


@pytest.mark.parametrize("text", ["0 rps", 0, -1, "fast", "10 rpx", "", True, None, 1e9])
def test_what_is_no_rate_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match=r"40 rps|out of range"):
        units.per_second(text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0s"),
        (0.25, "250ms"),
        (1, "1s"),
        (1.5, "1.5s"),
        (59, "59s"),
        (60, "1m"),
        (90, "1m30s"),
        (5400, "1h30m"),
        (3600, "1h"),
        (0.9996, "1s"),
        (59.97, "1m"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert units.in_words(seconds) == words


@given(st.floats(min_value=0, max_value=1e6))
def test_a_duration_in_words_is_read_back_about_the_same(seconds: float) -> None:
    assert units.seconds(units.in_words(seconds)) == pytest.approx(seconds, abs=0.5 if seconds >= 60 else 0.06)


@given(st.floats(min_value=0, max_value=1))
def test_a_share_written_as_a_number_is_read_exactly(share: float) -> None:
    assert units.fraction(share) == share
    assert units.fraction(repr(share)) == share


@pytest.mark.parametrize(
    ("text", "as_read"), [("1.5x", "1.5x"), ("2 x", "2x"), ("1X", "1x"), ("$0.02", "$0.02"), ("$ 3", "$3")]
)
def test_a_ceiling_is_so_many_times_as_much_or_dollars(text: Any, as_read: str) -> None:
    assert units.ceiling(text) == units.ceiling(as_read) == as_read


@pytest.mark.parametrize("text", [1.5, "1.5", "0.9x", "$0", "0x", "$1x", "x", "$", "", None, True, "-1x", "1e3x"])
def test_what_is_no_ceiling_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match=r"1\.5x|1x or more"):
        units.ceiling(text)
