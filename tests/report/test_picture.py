"""The picture of a timeline, before it is drawn."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.results import BLANK

from brownout.report import picture
from brownout.report.picture import HEIGHT, WIDTH, Box, Label
from brownout.result import PhaseResult, Result, Second


def labels(result: Result) -> list[str]:
    return [shape.text for shape in picture.shapes(result) if isinstance(shape, Label)]


def test_it_says_what_happened_and_names_phases_and_colours(outage: Result) -> None:
    texts = labels(outage)

    assert texts[0] == "BROKEN: fragile-chat in “ChatGPT platform-wide outage, 3 February 2026”"
    assert texts[1].startswith("While the platform was failing, users got a whole answer to 114 of 385 questions (30%)")
    assert {"announced", "tail", "answered", "failed", "hung", "20s", "80s"} <= set(texts)


@pytest.mark.parametrize("size", ["24", "1234"])
def test_in_an_ordinary_drill_nothing_is_cut(outage: Result, size: str) -> None:
    lead = f"While the platform was failing, users got a whole answer to {size} of {size} questions (30%), "
    lead += f"against 95.5% while it was healthy; {size} waited until their patience ended."
    last = max(phase.end for phase in outage.phases)
    texts = labels(replace(outage, lead=lead, duration=last + 22.7))

    assert [text for text in (*texts[:3], texts[-1]) if "…" in text] == []
    assert " ".join(texts[1:3]) == lead
    assert texts[-1].endswith("and 22.7s for what was still under way")


def test_what_is_too_long_ends_with_a_whole_word(outage: Result) -> None:
    texts = labels(replace(outage, lead="extraordinarily " * 40))

    assert texts[2].endswith("extraordinarily…")


def test_bars_are_as_high_as_what_they_count(outage: Result) -> None:
    def height_of(result: Result, colour: str) -> float:
        return sum(shape.height for shape in picture.shapes(result) if isinstance(shape, Box) and shape.fill == colour)

    seconds = outage.seconds
    answered, failed = (sum(getattr(second, name) for second in seconds) for name in ("answered", "failed"))
    green, red = (height_of(replace(outage, phases=()), colour) for colour in ("#2f9e75", "#d8532f"))

    assert abs(green / red - answered / failed) < 0.15  # a bar's legend adds 12 pixels to each


def test_the_words_for_who_cannot_see_it_say_what_users_got_by_phase(outage: Result) -> None:
    words = picture.description(outage)

    assert "4 broken · 1 unknown · 4 held." in words
    assert "announced (major outage, 15–29.5s): 31 of 189 answered whole" in words


PHASES = st.builds(
    PhaseResult,
    name=st.text(max_size=30),
    impact=st.sampled_from(["operational", "major_outage", "new_impact"]),
    start=st.floats(-10, 1e7),
    end=st.floats(-10, 1e7),
)
COUNTS = st.integers(0, 10**6)
SECONDS = st.builds(
    Second,
    *(st.floats(-5, 1e6), COUNTS, COUNTS, COUNTS, COUNTS, COUNTS),
    p50=st.none(),
    p95=st.none(),
    injected=COUNTS,
    exchanges=COUNTS,
    users=st.none(),
)


@given(st.lists(PHASES, max_size=4), st.lists(SECONDS, max_size=4), st.floats(0, 1e6), st.text(max_size=300))
def test_nothing_is_outside_the_picture(
    phases: list[PhaseResult], seconds: list[Second], duration: float, text: str
) -> None:
    result = replace(BLANK, phases=tuple(phases), seconds=tuple(seconds), duration=duration, app=text, lead=text)

    shapes = list(picture.shapes(result))
    assert len(shapes) < 2_000
    for shape in shapes:
        assert 0 <= shape.x <= WIDTH
        assert 0 <= shape.y <= HEIGHT
        if isinstance(shape, Box) and shape.width > 0:
            assert shape.x + shape.width <= WIDTH + 1
            assert shape.y + shape.height <= HEIGHT + 1


def test_marks_of_the_axis_are_few_whatever_it_is_long(outage: Result) -> None:
    for duration in (1.0, 96.5, 3_600.0, 86_400.0):
        marks = [text for text in labels(replace(outage, duration=duration, phases=())) if text.endswith("s")]
        assert all(a != b for a, b in pairwise(marks))
        assert 2 <= len([text for text in marks if text[:-1].isdigit()]) <= 9


@given(st.text(max_size=60), st.integers(0, 400))
def test_a_text_that_is_cut_is_one_line_within_its_width(text: str, width: int) -> None:
    cut = picture.fitting(text, 13, width)

    assert len(cut.splitlines()) <= 1
    assert len(cut) * 13 * 0.6 <= max(width, 0) or not cut
