"""The journal that `make bench` judges: every check is asked of it, and each can say something of it."""

from __future__ import annotations

from pathlib import Path

from bench import journals
from brownout.expect import EXPECTABLE
from brownout.judging.judge import judge


def test_every_check_is_asked_of_the_journal_and_none_fails_over_it(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    journals.write_journal(folder, rows=2_000)

    result = judge(folder)

    asked = {verdict.check for verdict in result.verdicts}
    assert set(EXPECTABLE) <= asked
    assert not [verdict.finding for verdict in result.verdicts if "The checker failed" in verdict.finding]
    assert result.totals["questions"] == 1_000
