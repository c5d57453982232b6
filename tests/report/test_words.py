from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.report import words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0s"),
        (0.25, "250ms"),
        (0.9999, "1s"),
        (1.2, "1.2s"),
        (5.0, "5s"),
        (59.96, "1m"),
        (96.5, "1m36s"),
        (4800, "1h20m"),
        (11_580, "3h13m"),
    ],
)
def test_durations_read_as_people_say_them(value: float | None, text: str) -> None:
    assert words.seconds(value) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, "–"), (0, 40, "0%"), (34, 40, "85%"), (40, 40, "100%"), (1, 1000, "<1%"), (999, 1000, ">99%")],
)
def test_a_share_is_never_rounded_to_all_or_nothing(part: int, whole: int, text: str) -> None:
    assert words.percent(part, whole) == text


@given(st.integers(0, 500), st.integers(1, 500))
def test_only_all_is_100_percent_and_only_none_is_0(part: int, more: int) -> None:
    whole = part + more

    assert words.percent(part, whole) != "100%"
    assert (words.percent(part, whole) == "0%") == (part == 0)
    assert words.percent(whole, whole) == "100%"


def test_counts_agree_with_their_noun() -> None:
    assert words.count(1, "sample") == "1 sample"
    assert words.count(0, "sample") == "0 samples"
    assert words.count(12_345, "sample") == "12\u202f345 samples"
    assert words.of(3, 40) == "3 of 40"


def test_stretches_points_and_moments() -> None:
    assert words.span(5.0, 29.5) == "5–29.5s"
    assert words.at(66.0) == "66s"
    assert words.at(None) == "–"
    assert words.moment(1_770_149_520.0) == "2026-02-03 20:12 UTC"


def test_a_figure_stays_on_one_line_with_its_unit() -> None:
    assert words.unbroken("95% within 10 s of 3 steps") == "95% within 10\u00a0s of 3 steps"


def test_terminal_commands_are_taken_out_of_texts() -> None:
    assert words.printable("a\x1b[2Jb\x9bc\r\x00\td\n") == "a\ufffd[2Jb\ufffdc\ufffd\ufffd\td\n"
    assert words.printable("us\u202er\u2066\u200b\ud800") == "us\ufffdr\ufffd\ufffd\ufffd"


def test_languages_and_emoji_that_need_joiners_and_marks_stay_as_they_are() -> None:
    for text in ("می\u200cخواهم", "👩\u200d👩\u200d👧", "שלום\u200f!", "naïve → 12\u202f345"):
        assert words.printable(text) == text


def test_what_a_runner_in_ci_would_obey_has_a_space_within() -> None:
    assert words.printable("x\n::error file=a::b ##[group]c ##vso[d]") == "x\n: :error file=a::b # #[group]c # #vso[d]"
    for text in ("tests/test_shop.py::TestChat::test_it", "std::vector::size", "## Head", "C#[1]"):
        assert words.printable(text) == text


@given(st.text(alphabet=":#[ \nerovsEteamciy-d"))
def test_a_text_that_is_printable_stays_so(text: str) -> None:
    once = words.printable(text)

    assert words.printable(once) == once
