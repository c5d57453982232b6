"""``brownout minimise`` without a drill: what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from brownout.cli import main


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ([], "no journal here"),
        (["--at-most", "soon"], "'soon' is not a duration; allowed: 250ms"),
        (["--trials", "0"], "Invalid value for '--trials'"),
    ],
)
def test_bad_input_ends_with_2_before_anything_is_played(
    tmp_path: Path, more: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["minimise", str(tmp_path / "nowhere"), "--finding", "no_leaks", *more]) == 2

    assert text in capsys.readouterr().err
