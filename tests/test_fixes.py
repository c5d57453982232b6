"""The fixes for the fragile chat fit it as it is today; what they do to verdicts is played in ``e2e``."""

from __future__ import annotations

import pytest
from support.fixes import FIXES, Fix, mended


def test_every_fix_fits_the_example_and_leaves_a_program() -> None:
    sources = [mended(FIXES[:number]) for number in range(len(FIXES) + 1)]

    assert all(compile(source, "app.py", "exec") for source in sources)
    assert len(set(sources)) == len(FIXES) + 1


def test_a_fix_that_no_longer_fits_is_named() -> None:
    with pytest.raises(AssertionError, match="no_hang: this is not there exactly once: client = "):
        mended([FIXES[0], Fix("no_hang", (), FIXES[0].changes)])
