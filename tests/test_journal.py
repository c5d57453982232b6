"""The journal survives whatever happens to its writers."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.journals import Handwritten

from brownout.events import OtherHost, Users
from brownout.journal import Journal, MemoryJournal, Tail, files, parse
from brownout.judging.record import open_record

HOSTS = ["a.example", "ü.example", "日本.example", 'quo"te', "back\\slash", "new\nline", "\x00", "long" * 50]


def _whole(path: Path) -> list[dict[str, Any]]:
    rows = (parse(line) for line in path.read_bytes().splitlines())
    return [row for row in rows if row is not None]


def _written() -> bytes:
    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder), "proxy-0") as journal:
        for host in HOSTS:
            journal.write(OtherHost(host))
        return journal.path.read_bytes()


WRITTEN = _written()
ENDS = [position for position, byte in enumerate(WRITTEN) if byte == ord("\n")]


@settings(deadline=None)
@given(st.integers(0, len(WRITTEN)))
def test_a_file_cut_anywhere_keeps_every_whole_row(cut: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "proxy-0.jsonl"
        path.write_bytes(WRITTEN[:cut])

        whole = [host for host, end in zip(HOSTS, ENDS, strict=True) if end <= cut]
        assert [row["host"] for row in _whole(path)] == whole

        with Journal(Path(name), "proxy-0") as journal:
            journal.write(OtherHost("later.example"))
        assert [row["host"] for row in _whole(path)] == [*whole, "later.example"]


# A file of one single byte is empty for DuckDB: no row is lost with it, but no line is counted either.
@settings(max_examples=15, deadline=None)
@given(st.integers(0, len(WRITTEN)).filter(lambda cut: cut != 1))
def test_a_record_counts_the_torn_line_and_nothing_else(cut: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        Handwritten(Path(name)).write()
        (Path(name) / "journal" / "proxy-0.jsonl").write_bytes(WRITTEN[:cut])

        record = open_record(Path(name))
        found = [row["host"] for row in record.rows("SELECT host FROM other_host")]
        record.db.close()

        assert found == [host for host, end in zip(HOSTS, ENDS, strict=True) if end <= cut]
        assert record.torn == (cut not in {0, *ENDS, *(end + 1 for end in ENDS)})


WRITER = """
import sys
from pathlib import Path
from brownout.events import OtherHost
from brownout.journal import Journal
journal = Journal(Path(sys.argv[1]), "proxy-0")
number = 0
while True:
    journal.write(OtherHost(f"{number} " + "x" * 20_000))
    number += 1
"""


def test_a_writer_killed_while_writing_loses_nothing_it_had_written(tmp_path: Path) -> None:
    path = tmp_path / "proxy-0.jsonl"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)])
    try:
        while not path.exists() or path.stat().st_size < 2_000_000:
            assert writer.poll() is None, "the writer ended by itself"
    finally:
        writer.kill()
        writer.wait(10)
    lines = path.read_bytes().count(b"\n")

    numbers = [int(row["host"].split()[0]) for row in _whole(path)]

    assert numbers == list(range(lines))
    with Journal(tmp_path, "proxy-0") as journal:
        journal.write(OtherHost("after the restart"))
    assert [row["host"] for row in _whole(path)][-1] == "after the restart"
    assert len(_whole(path)) == lines + 1


FULL = """
import resource, sys
from pathlib import Path
from brownout.events import OtherHost
from brownout.journal import Journal
journal = Journal(Path(sys.argv[1]), "proxy-0")
journal.write(OtherHost("before"))
size = journal.path.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40, resource.RLIM_INFINITY))
for _ in range(2):
    try:
        journal.write(OtherHost("lost"))
    except OSError as error:
        print("OSError")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.write(OtherHost("after"))
"""


def test_a_full_disk_is_an_error_and_glues_no_rows_together(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, timeout=60)

    assert done.stdout.split() == ["OSError", "OSError"], done.stderr
    assert [row["host"] for row in _whole(tmp_path / "proxy-0.jsonl")] == ["before", "after"]


def test_two_writers_do_not_disturb_each_other(tmp_path: Path) -> None:
    def write(name: str) -> None:
        with Journal(tmp_path, name) as journal:
            for number in range(500):
                journal.write(Users(number))

    writers = [threading.Thread(target=write, args=(name,)) for name in ("load-0", "load-1")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    for name in ("load-0", "load-1"):
        rows = _whole(tmp_path / f"{name}.jsonl")
        assert [row["users"] for row in rows] == list(range(500))
        assert {row["w"] for row in rows} == {name}


def test_threads_that_share_a_writer_never_mix_their_rows(tmp_path: Path) -> None:
    with Journal(tmp_path, "load") as journal:

        def write() -> None:
            for _ in range(100):
                journal.write(OtherHost("x" * 5000))

        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(_whole(tmp_path / "load.jsonl")) == 400


@settings(deadline=None)
@given(st.lists(st.integers(0, len(WRITTEN)), max_size=8).map(sorted))
def test_a_tail_gives_each_row_once_however_it_grows(cuts: list[int]) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "proxy-0.jsonl"
        tail, seen = Tail(Path(name)), []
        for cut in [*cuts, len(WRITTEN)]:
            path.write_bytes(WRITTEN[:cut])
            seen += [row["host"] for row in tail.rows()]
            assert seen == [host for host, end in zip(HOSTS, ENDS, strict=True) if end < cut]

        assert seen == HOSTS
        assert list(tail.rows()) == []


def test_a_tail_follows_files_that_appear_later(tmp_path: Path) -> None:
    tail = Tail(tmp_path / "not yet")
    assert list(tail.rows()) == []

    for name in ("a", "b"):
        with Journal(tmp_path / "not yet", name) as journal:
            journal.write(OtherHost(name))
        assert [row["host"] for row in tail.rows()] == [name]


def test_a_row_is_dated_by_the_journal_unless_it_knows_better(tmp_path: Path) -> None:
    with Journal(tmp_path, "x") as journal:
        journal.write(Users(1))
        journal.write(Users(2))

    first, second = _whole(journal.path)
    assert 0 < first["t"] <= second["t"]
    assert first["at"] > 1_600_000_000
    assert (first["v"], first["w"], first["kind"]) == (1, "x", "users")


def test_what_no_journal_is_to_hold_is_taken_out_of_each_line(tmp_path: Path) -> None:
    with Journal(tmp_path, "a", lambda line: line.replace(b"secret", b"[key]")) as journal:
        journal.write(OtherHost("the secret"))

    assert '"host":"the [key]"' in journal.path.read_text()


def test_lone_surrogates_do_not_stop_a_writer(tmp_path: Path) -> None:
    with Journal(tmp_path, "x") as journal:
        journal.write(OtherHost("\ud800"))

    assert len(_whole(journal.path)) == 1


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[1]", b'"x"', b'{"v":2,"kind":"users"}', b'{"v":1}', b"\xff", b"[" * 9999]
)
def test_what_is_no_row_is_none(line: bytes) -> None:
    assert parse(line) is None


def test_files_are_found_from_the_drill_the_folder_or_the_file(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal", "b"), Journal(tmp_path / "journal", "a") as journal:
        pass

    both = [tmp_path / "journal" / "a.jsonl", tmp_path / "journal" / "b.jsonl"]
    assert files(tmp_path) == files(tmp_path / "journal") == both
    assert files(journal.path) == [journal.path]


def test_a_folder_without_a_journal_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no journal here"):
        files(tmp_path)


def test_a_memory_journal_keeps_rows_as_written() -> None:
    journal = MemoryJournal()
    journal.write(Users(3))

    assert journal.rows[0]["users"] == 3
    assert journal.rows[0]["kind"] == "users"
