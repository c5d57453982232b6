"""A journal opened for questions: every kind a table, every whole row in it, placed on the timeline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.journals import PHASES, ZERO, At, Handwritten, phase

from brownout import events
from brownout.checkers.base import Record
from brownout.judging.reading import JournalError
from brownout.judging.record import TABLES, columns, open_record, set_aside


def _columns(record: Record, table: str) -> set[str]:
    return {row["column_name"] for row in record.rows(f'DESCRIBE "{table}"')}


@pytest.mark.parametrize(
    "kind", sorted({row.kind for row in events.ROWS} - {"drill", "planned", "end"})
)  # of these there is one row: record.drill and record.end
def test_every_kind_has_its_table_even_without_rows(drill: Handwritten, kind: str) -> None:
    record = drill.record()

    placing = ("before", "chat", "effects", "exchange", "export", "history", "journey", "tool", "vitals")
    placed = {"phase_name", "impact"} if kind in placing else set()
    placed |= {"exchange": {"joined", "tied"}, "journey": {"over_at"}}.get(kind, set())
    assert _columns(record, kind) == set(columns(*TABLES[kind])) | placed
    assert record.value(f'SELECT count(*) FROM "{kind}"') == 0


def test_values_come_back_as_they_were_written(drill: Handwritten) -> None:
    drill.exchange(11, "bo-a", "hang", eligible=["r1", "r2"], attempt=2, model=None, draws=[["r1", 0.5, 0.1, True]])
    drill.history(12, missing=["bo-ü"], readable=False)
    drill.add(At(13, events.Process("load", "exited", 3, "it's over")))
    record = drill.record()

    (exchange,) = record.rows("SELECT * FROM exchange")
    assert exchange["t"] == ZERO + 11
    assert exchange["eligible"] == ["r1", "r2"]
    assert json.loads(exchange["draws"]) == [["r1", 0.5, 0.1, True]]
    assert (exchange["injected"], exchange["delivered"], exchange["model"], exchange["attempt"]) == (
        True,
        True,
        None,
        2,
    )
    assert record.rows("SELECT missing, readable FROM history") == [{"missing": ["bo-ü"], "readable": False}]
    assert record.rows("SELECT name, code, detail, w FROM process") == [
        {"name": "load", "code": 3, "detail": "it's over", "w": "drill"}
    ]
    assert record.drill["app"] == "shop"
    assert record.end is not None
    assert record.end["outcome"] == "completed"


def test_rows_are_placed_on_the_timeline_by_their_start(drill: Handwritten) -> None:
    for second in (-0.5, 0, 9.999, 10, 20, 59.999, 60):
        drill.ask(second)
        drill.exchange(second)
        drill.history(second)
    record = drill.record()

    names = [None, "healthy", "healthy", "outage", "tail", "after", None]
    impacts = [None, "operational", "operational", "major_outage", "recovering", "operational", None]
    for table in ("journey", "exchange", "history"):
        rows = record.rows(f"SELECT phase_name, impact FROM {table} ORDER BY t")
        assert [row["phase_name"] for row in rows] == names
        assert [row["impact"] for row in rows] == impacts


def test_a_phase_may_have_any_name(drill: Handwritten) -> None:
    drill.drill["phases"] = [phase('it\'s "down"; DROP TABLE exchange', "major_outage", 0, 10)]
    drill.ask(5)

    assert drill.record().value("SELECT phase_name FROM journey") == 'it\'s "down"; DROP TABLE exchange'


@pytest.mark.parametrize("name", ["run [2]", "a*b?", "it's", "ünï"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    handwritten = Handwritten(folder)
    handwritten.ask(1)

    assert handwritten.record().value("SELECT count(*) FROM journey") == 1
    handwritten.close()


def test_lines_that_are_no_rows_are_counted_and_their_neighbours_kept(drill: Handwritten) -> None:
    drill.ask(1)
    folder = drill.write() / "journal"
    users = b'{"v":1,"w":"load","at":1,"t":%d,"kind":"users","users":%d}\n'
    scraps = [
        users % (1, 1),
        b'{"v":1,"kind":"us\n',
        users % (2, 2),
        b"\xff\xfe\xc3\n",
        b"\0\0\0\n",
        b"[1,2]\n",
        b'"x"\n',
    ]
    foreign = [b'{"v":2,"kind":"users","users":9}\n', b'{"v":1}\n', b"\n", users % (3, 3), b'{"v":1,"kind":"users","us']
    (folder / "load.jsonl").write_bytes(b"".join(scraps + foreign))

    record = open_record(drill.folder)

    assert [row["users"] for row in record.rows("SELECT users FROM users ORDER BY t")] == [1, 2, 3]
    assert record.torn == 8
    assert record.value("SELECT count(*) FROM journey") == 1
    record.db.close()


def test_kinds_of_a_later_version_are_ignored(drill: Handwritten) -> None:
    drill.scraps = '{"v":1,"w":"x","at":1,"t":1,"kind":"telepathy","strength":9}\n'

    assert drill.record().torn == 0


def test_a_field_that_is_new_or_has_a_default_may_be_there_or_not(drill: Handwritten) -> None:
    drill.ask(5)
    row = json.loads((drill.write() / "journal" / "drill.jsonl").read_text().splitlines()[1])
    without = {name: value for name, value in row.items() if name not in ("acknowledged", "prints")}
    drill.scraps = json.dumps({**without, "t": 1006.0, "new": {"a": 1}})
    record = drill.record()

    assert record.torn == 0
    assert [row["impact"] for row in record.rows("SELECT impact FROM journey")] == ["operational", "operational"]


def test_nothing_is_lost_in_files_too_long_for_one_read(drill: Handwritten) -> None:
    row = {"v": 1, "kind": "fault_skipped", "at": 1.0, "rule": "r", "fault": "f", "id": "x", "why": "x" * 2000}
    lines = [json.dumps({**row, "t": float(number)}) for number in range(20_000)]
    for torn in range(0, 20_000, 1000):
        lines[torn] = lines[torn][:-30]
    drill.scraps = "\n".join(lines)
    record = drill.record()

    assert record.value("SELECT count(*) FROM fault_skipped") == 19_980
    assert record.value("SELECT count(DISTINCT id) FROM fault_skipped") == 1
    assert record.torn == 20


def test_a_drill_that_was_killed_has_no_end(drill: Handwritten) -> None:
    drill.end = None

    assert drill.record().end is None


def test_without_a_drill_row_nothing_can_be_judged(tmp_path: Path) -> None:
    (tmp_path / "proxy-0.jsonl").write_text('{"v":1,"kind":"users","t":1,"users":1}\n')

    with pytest.raises(JournalError, match="no drill row"):
        open_record(tmp_path)


def test_two_drills_in_one_folder_are_refused(drill: Handwritten) -> None:
    first = (drill.write() / "journal" / "drill.jsonl").read_text()
    drill.scraps = first

    with pytest.raises(JournalError, match="2 drill rows"):
        drill.record()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("phases", [{"name": "x", "impact": "operational"}]),
        ("phases", [{**PHASES[0], "end": "late"}]),
        ("phases", [{**PHASES[0], "end": 1e308}]),
        ("phases", None),
        ("rules", "x"),
        ("rules", [{"id": "r"}]),
        ("speed", "x"),
        ("seed", None),
        ("scenario", 5),
        ("zero", -1e308),
        ("expect", [5]),
        ("channels", [{"name": "x"}]),
    ],
)
def test_a_drill_row_that_cannot_be_used_is_refused_with_its_place(
    drill: Handwritten, name: str, value: object
) -> None:
    drill.drill[name] = value

    with pytest.raises(JournalError, match=rf"no drill row that can be used; drill.jsonl:1: {name}"):
        drill.record()


def test_a_journal_of_a_later_version_is_refused_by_its_name(drill: Handwritten) -> None:
    file = drill.write() / "journal" / "drill.jsonl"
    file.write_text(file.read_text().replace('"v":1', '"v":2'))

    with pytest.raises(JournalError, match="format 2, and this brownout reads 1: a later one wrote it"):
        open_record(drill.folder)


def test_a_folder_without_a_journal_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no journal here"):
        open_record(tmp_path)


def test_a_running_drill_can_be_read(drill: Handwritten) -> None:
    drill.end = None
    drill.ask(1)
    path = drill.write()
    with (path / "journal" / "drill.jsonl").open("a") as file:
        file.write('{"v":1,"kind":"journey","t":10')
        file.flush()

        record = open_record(path)

    assert record.value("SELECT count(*) FROM journey") == 1
    assert record.torn == 1
    record.db.close()


def test_a_drill_that_never_began_is_the_one_that_was_planned(drill: Handwritten) -> None:
    drill.exchange(11, "bo-a")  # an application that calls while it starts
    folder = drill.write() / "journal"
    rows = (folder / "drill.jsonl").read_text().replace('"kind":"drill"', '"kind":"planned"').splitlines()
    (folder / "drill.jsonl").write_text("".join(f"{row}\n" for row in rows if '"kind":"end"' not in row))
    record = open_record(drill.folder)

    assert (record.drill["scenario"], record.end) == ("test-outage", None)
    assert record.rows("SELECT phase_name FROM exchange") == [{"phase_name": None}]
    record.db.close()


def test_what_was_not_over_in_time_is_set_aside(drill: Handwritten) -> None:
    drill.ask(10, duration=1.0)
    drill.ask(10.5, duration=1.0)
    drill.exchange(11, "bo-a")
    drill.history(12)
    drill.tool(10, "bo-a")
    drill.tool(12, "bo-b")
    record = drill.record()
    set_aside(record, ZERO + 11.1)

    assert record.rows("SELECT t FROM journey") == [{"t": ZERO + 10}]
    assert record.rows("SELECT canary FROM tool") == [{"canary": "bo-a"}]
    assert record.value("SELECT count(*) FROM exchange") == record.value("SELECT count(*) FROM history") == 0
