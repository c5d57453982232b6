"""Figures in words: what was measured, and an interval that never looks narrower than it is."""

from __future__ import annotations

import pytest

from brownout.comparing.figures import in_words
from brownout.verdict import Figure


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (Figure(0.9349, 0.8719, 0.9681, "share", "higher"), "93.4% (87.1% to 96.9%)"),
        (Figure(1.5, 0.25, 61, "seconds", "lower"), "1.5s (250ms to 1m1s)"),
        (Figure(2.003, 1.996, 2.504, "calls", "lower"), "2 (1.99 to 2.51)"),
        (Figure(1, 1, 1, "calls", "lower"), "1 (1 to 1)"),
    ],
)
def test_each_unit_has_its_words(figure: Figure, words: str) -> None:
    assert in_words(figure) == words
