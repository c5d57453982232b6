"""What a real process holds, and what it has taken since, seen from outside."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from support.proxies import wait_until

from brownout.drill.footprint import Footprint
from brownout.drill.processes import Family
from brownout.journal import MemoryJournal

LEAKING = """
import pathlib, socket, subprocess, sys, threading, time
listener = socket.create_server(("127.0.0.1", 0))
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
here = pathlib.Path(sys.argv[1])
(here / "up").touch()
while not (here / "leak").exists():
    time.sleep(0.01)
held = [bytearray(b"x") * 50_000_000, [open(__file__) for _ in range(20)]]
for _ in range(10):
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
for _ in range(7):
    held.append(socket.create_connection(listener.getsockname()))
    listener.accept()[0].close()
(here / "leaked").touch()
while not (here / "spin").exists():
    time.sleep(0.01)
while True:
    pass
"""


def _started(family: Family, folder: Path) -> None:
    program = folder / "leaking.py"
    program.write_text(LEAKING)
    (folder / "up").unlink(missing_ok=True)
    family.start("application", [sys.executable, str(program), str(folder)]).foreign = True
    wait_until((folder / "up").exists, 30)


def _look(journal: MemoryJournal, footprint: Footprint) -> dict[str, Any]:
    before = len(journal.rows)

    def looked() -> bool:
        footprint.beat()
        return len(journal.rows) > before

    wait_until(looked, 30)
    return journal.rows[-1]


def test_what_a_process_leaks_is_seen_with_that_of_its_workers(family: Family, tmp_path: Path) -> None:
    journal = MemoryJournal()
    footprint = Footprint(journal, family, every=0.0)
    _started(family, tmp_path)
    before = _look(journal, footprint)
    (tmp_path / "leak").touch()
    wait_until((tmp_path / "leaked").exists, 30)
    after = _look(journal, footprint)

    assert before["processes"] == after["processes"] == 2
    assert 48 < (after["memory"] - before["memory"]) / 1_000_000 < 70
    assert after["threads"] - before["threads"] == 10
    assert after["files"] - before["files"] == 20
    assert before["sockets"] == {"LISTEN": 1}
    assert after["sockets"] == {"CLOSE_WAIT": 7, "LISTEN": 1}


def test_the_cpu_that_it_takes_is_that_of_the_span(family: Family, tmp_path: Path) -> None:
    journal = MemoryJournal()
    footprint = Footprint(journal, family, every=0.3)
    for name in ("leak", "spin"):
        (tmp_path / name).touch()
    _started(family, tmp_path)

    wait_until(lambda: _look(journal, footprint)["cpu"] > 0.1, 30)
    assert all(0 <= row["cpu"] <= row["span"] * 2 for row in journal.rows[1:])


def test_one_that_is_started_again_is_told_from_the_one_before(family: Family, tmp_path: Path) -> None:
    journal = MemoryJournal()
    footprint = Footprint(journal, family, every=0.0)
    _started(family, tmp_path)
    first = _look(journal, footprint)
    family.stop(family.children)
    footprint.beat()
    _started(family, tmp_path)

    assert _look(journal, footprint)["pid"] != first["pid"]


def test_nothing_is_written_of_parts_that_are_ours(family: Family) -> None:
    journal = MemoryJournal()
    footprint = Footprint(journal, family, every=0.0)
    family.start("proxy-0", [sys.executable, "-c", "import time; time.sleep(600)"])
    footprint.beat()
    footprint.beat()

    assert journal.rows == []


def test_a_look_that_takes_much_is_followed_by_a_long_pause(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []
    now, spent = [100.0], [1.0]

    def slow(self: Footprint, at: float) -> None:
        looks.append(at)
        spent[0] += 0.1

    monkeypatch.setattr(Footprint, "_look", slow)
    monkeypatch.setattr("brownout.drill.footprint.time.monotonic", lambda: now[0])
    monkeypatch.setattr("brownout.drill.footprint.time.thread_time", lambda: spent[0])
    footprint = Footprint(MemoryJournal(), family)
    for _ in range(200):
        footprint.beat()
        now[0] += 0.05

    assert len(looks) <= 3
