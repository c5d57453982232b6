"""The application's process ends: a restart, or the drill's end."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from support.drills import PROFILE

from brownout.drill.application import Application
from brownout.drill.environment import Reach
from brownout.drill.processes import Family
from brownout.drill.supervisor import FIRST_DELAY, LAST_ROWS, LONGEST_DELAY, SETTLED, Supervisor
from brownout.journal import MemoryJournal
from brownout.profile import Profile

REACH = Reach(1, Path("ca.pem"), Path("bundle.pem"))


class Clock:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _application(tmp_path: Path, family: Family, **start: Any) -> Application:
    command = [sys.executable, "-c", "import sys; print('bye'); sys.exit(3)"]
    profile = Profile.model_validate({**PROFILE, "start": {"command": command, **start}})
    application = Application(profile, tmp_path / "app")
    application.start(family, REACH, {})
    assert application.child is not None
    assert application.child.wait(30)
    return application


def test_without_a_supervisor_the_drill_ends_when_the_last_rows_are_in(tmp_path: Path, family: Family) -> None:
    clock = Clock()
    supervisor = Supervisor(_application(tmp_path, family), family, clock)

    assert supervisor.look() == ""
    supervisor.ended()
    assert supervisor.mourns
    assert supervisor.look() == ""
    clock.now += LAST_ROWS
    assert supervisor.look() == "the application exited with code 3, and nothing starts it again"
    assert len(family.children) == 1


def test_with_one_it_is_started_again_after_a_pause(tmp_path: Path, family: Family) -> None:
    clock = Clock()
    supervisor = Supervisor(_application(tmp_path, family, restart=True), family, clock)

    supervisor.ended()
    assert (supervisor.look(), len(family.children)) == ("", 1)
    clock.now += FIRST_DELAY
    assert (supervisor.look(), len(family.children), supervisor.mourns) == ("", 2, False)
    assert family.children[1].foreign


def test_the_pause_doubles_until_it_has_lived_for_a_while(
    tmp_path: Path, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, starts = Clock(), list[float]()
    application = _application(tmp_path, family, restart=True)
    monkeypatch.setattr(application, "start_again", lambda family: starts.append(clock.now))
    supervisor = Supervisor(application, family, clock)

    def pause_after(lived: float) -> float:
        clock.now += lived
        died, before = clock.now, len(starts)
        supervisor.ended()
        while len(starts) == before:
            clock.now += 0.05
            supervisor.look()
        return starts[-1] - died

    pauses = [pause_after(lived) for lived in (0.1, 0.1, 0.1, *[0.1] * 5, SETTLED)]
    assert pauses[:3] == pytest.approx([0.1, 0.2, 0.4], abs=0.06)
    assert max(pauses) <= LONGEST_DELAY + 0.06
    assert pauses[-1] == pytest.approx(FIRST_DELAY, abs=0.06)


def test_its_end_is_journalled_with_its_last_words(tmp_path: Path, family: Family) -> None:
    _application(tmp_path, family)

    assert [child.name for child in family.note_ends()] == ["application"]
    assert isinstance(family.journal, MemoryJournal)
    row = family.journal.rows[-1]
    assert (row["event"], row["code"], row["detail"], row["log"]) == ("exited", 3, "exited with code 3", ["bye"])
