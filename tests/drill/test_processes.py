"""Children: started with a log, watched, stopped, and none left."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from brownout.drill.processes import Family, ready_line, wait_until
from brownout.errors import HarnessError
from brownout.journal import MemoryJournal

READY = """print('noise'); print('{"ready": true, "port": 7}', flush=True); import signal; signal.pause()"""


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


@pytest.fixture
def family(tmp_path: Path, journal: MemoryJournal) -> Iterator[Family]:
    found = Family(tmp_path / "logs", journal)
    yield found
    found.kill()


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def _events(journal: MemoryJournal) -> list[tuple[str, str, int | None]]:
    return [(row["name"], row["event"], row["code"]) for row in journal.rows]


def test_what_a_child_prints_when_ready_is_read(family: Family) -> None:
    assert ready_line(family.start("stand-in", _python(READY), announces=True), 30) == {"ready": True, "port": 7}


def test_a_child_that_dies_before_it_is_ready_is_named_with_its_last_words(family: Family) -> None:
    child = family.start("proxy-0", _python("import sys; sys.exit('the disk is full')"))

    with pytest.raises(HarnessError, match=r"(?s)the proxy-0 exited with code 1 before it was ready.*the disk is full"):
        ready_line(child, 30)


def test_a_child_that_is_never_ready_is_not_waited_for_without_end(family: Family) -> None:
    with pytest.raises(HarnessError, match=r"the proxy-0 was not ready within 100ms; it said nothing"):
        ready_line(family.start("proxy-0", _python("import time; time.sleep(60)")), 0.1)


def test_waiting_ends_when_it_is_no_more_wanted(family: Family) -> None:
    child = family.start("proxy-0", _python("import time; time.sleep(60)"))

    assert ready_line(child, 30, stop=lambda: True) == {}


def test_the_end_of_a_child_is_journalled_once(family: Family, journal: MemoryJournal) -> None:
    child = family.start("load", _python("raise SystemExit(3)"))
    child.wait(30)

    assert family.note_ends() == [child]
    assert family.note_ends() == []
    family.stop([child])
    assert _events(journal) == [("load", "started", None), ("load", "exited", 3)]


def test_what_only_a_child_had_is_declared_gone_with_it(family: Family, journal: MemoryJournal) -> None:
    child = family.start("stand-in", _python("raise SystemExit(3)"))
    child.holds = "what it kept"
    child.wait(30)
    family.note_ends()

    assert child.loss == "; what it kept is gone with it"
    assert journal.rows[-1]["detail"] == "exited with code 3; what it kept is gone with it"


def test_an_end_is_dated_when_the_child_was_last_seen_alive(family: Family, journal: MemoryJournal) -> None:
    child = family.start("proxy-0", _python(READY), announces=True)
    ready_line(child, 30)
    family.note_ends()
    seen = time.monotonic()
    child.kill()
    family.note_ends()

    assert journal.rows[0]["t"] < journal.rows[-1]["t"] <= seen


def test_a_child_that_the_drill_ends_was_stopped(family: Family, journal: MemoryJournal) -> None:
    child = family.start("stand-in", _python(READY), announces=True)
    ready_line(child, 30)

    family.stop([child])

    assert child.code is not None
    assert [event for _, event, _ in _events(journal)] == ["started", "stopped"]
    assert family.note_ends() == []


def test_a_child_that_does_not_listen_is_killed(family: Family) -> None:
    stubborn = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {READY}"
    child = family.start("stand-in", _python(stubborn), announces=True, grace=-2.9)
    ready_line(child, 30)
    (alive,) = psutil.Process(child.process.pid).children()

    family.stop([child])

    assert child.code == -signal.SIGKILL
    assert child.end_in_words() == "was killed by SIGKILL"
    assert not alive.is_running()


def test_output_and_errors_of_a_program_share_one_log(family: Family, tmp_path: Path) -> None:
    code = "import sys; print('one', flush=True); print('two', file=sys.stderr)"
    child = family.start("application", _python(code), cwd=tmp_path, env={**os.environ, "A": "b"})
    child.wait(30)

    assert child.log.read_text() == "one\ntwo\n"
    assert child.tail() == "    one\n    two"


def test_last_words_hold_no_key(family: Family) -> None:
    child = family.start("application", _python("print('Bearer sk-test-0123456789abcdef refused')"))
    child.wait(30)

    assert child.tail() == "    [key] refused"


def test_a_program_that_does_not_exist_is_refused_before_it_starts(family: Family) -> None:
    with pytest.raises(HarnessError, match="cannot start the application: there is no program 'no-such-program'"):
        family.start("application", ["no-such-program"])
    assert family.children == []


def test_a_program_may_be_given_relative_to_its_folder(family: Family, tmp_path: Path) -> None:
    script = tmp_path / "serve.sh"
    script.write_text("#!/bin/sh\nexit 5\n")
    script.chmod(0o755)
    child = family.start("application", ["./serve.sh"], cwd=tmp_path)
    child.wait(30)

    assert child.code == 5


def test_waiting_gives_the_first_true_value_or_nothing() -> None:
    values = iter([None, 0, "found"])

    assert wait_until(lambda: next(values), 30) == "found"
    assert wait_until(lambda: False, 0.01) is None
