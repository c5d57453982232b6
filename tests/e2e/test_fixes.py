"""Who does what the findings advise, one after the other, sees the verdicts turn one after the other."""

from __future__ import annotations

import pytest
from support.fixes import FIXES, files
from support.played import Played, played

pytestmark = [pytest.mark.e2e, pytest.mark.heavy, pytest.mark.timeout(600)]


def _after(number: int) -> Played:
    """The drill of the chat with so many of the fixes."""
    return played("every-way.yaml", "--app", "mended/brownout.yaml", files=files(FIXES[:number]), codes=(0, 1, 3))


def _broken(drill: Played) -> set[str]:
    return {name for name, status in drill.statuses().items() if status == "BROKEN"}


def _open(drill: Played) -> set[str]:
    """What is UNKNOWN. Only the machine may be why: else the test fails."""
    names = {name for name, status in drill.statuses().items() if status == "UNKNOWN"}
    busy = any("proves nothing against the application" in note for note in drill.result()["notes"])
    assert busy or not names, drill.said
    return names


def test_the_chat_as_it_is_breaks_what_the_fixes_are_for() -> None:
    drill = _after(0)

    assert _broken(drill) | _open(drill) >= {fix.verdict for fix in FIXES} >= _broken(drill), drill.said


@pytest.mark.parametrize("number", range(len(FIXES)), ids=[fix.verdict for fix in FIXES])
def test_the_advice_names_a_fix_and_the_fix_turns_its_own_verdict_and_no_other(number: int) -> None:
    fix, before, after = FIXES[number], _after(number), _after(number + 1)
    if undecided := _open(before) | _open(after):
        pytest.skip(f"The machine is too busy to tell: {undecided}")

    (verdict,) = (verdict for verdict in before.result()["verdicts"] if verdict["id"] == fix.verdict)
    assert verdict["status"] == "BROKEN", before.said
    assert all(words in verdict["next_step"] for words in fix.advised), verdict
    assert verdict["evidence"]
    assert _broken(after) == _broken(before) - {fix.verdict}, after.said
    assert after.statuses()[fix.verdict] == "HELD"


def test_with_all_fixes_nothing_is_broken() -> None:
    assert _broken(_after(len(FIXES))) == set()
