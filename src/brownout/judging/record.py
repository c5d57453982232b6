"""Opens a journal for questions: every kind of row becomes a DuckDB table. Reads only; nothing leaves the machine."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import duckdb

from brownout import events, journal
from brownout.checkers.base import Record
from brownout.judging import joins
from brownout.judging.reading import JournalError, Reading, read

TABLES: dict[str, tuple[type[events.Event], ...]] = {
    kind: tuple(row for row in events.ROWS if row.kind == kind)
    for kind in dict.fromkeys(row.kind for row in events.ROWS if row.table)
}
"""The forms of the rows of each table: more than one where a kind has several."""
_OVER = {"journey": ", t + duration AS over_at"}
"""When a step was over stays known, also where a wait counts as shorter than it was."""
_TYPES = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE", bool: "BOOLEAN"}
# A torn or undecodable line becomes a row of NULLs instead of an error, and its neighbours stay whole.
_LINES = "format = 'newline_delimited', ignore_errors = true"


def open_record(path: Path) -> Record:
    """The journal of a drill's folder, of a journal folder or of one file, with all rows that can be used.

    Other lines are counted and the first few told, rows of unknown kinds ignored. The caller closes ``db``. Raises
    FileNotFoundError where there is no journal, reading.JournalError where it says nothing of its drill.
    """
    with tempfile.TemporaryDirectory(prefix="brownout-journal-") as scratch:
        return _opened(read(path, Path(scratch)), path)


def _opened(reading: Reading, path: Path) -> Record:
    files = _list([_no_glob(file) for file in reading.files])
    db = _connect()
    try:
        _stage_lines(db, files)
        drill, end = _drill(db, path, files, reading), _last(db, "end")
        for kind in TABLES:
            if _often(kind):
                _load_often(db, kind, files, drill)
            else:
                _load_seldom(db, kind, drill)
        db.execute("DROP TABLE line")
        joins.join(db)
    except BaseException:
        db.close()
        raise
    return Record(db, drill, end, reading.torn, tuple(map(str, reading.told)))


def set_aside(record: Record, since: float, until: float | None = None) -> None:
    """Leave out what users met and what was called from ``since`` on and before ``until``, in monotonic seconds.

    Whatever was under way in that time counts as of it.
    """
    for kind, forms in TABLES.items():
        if not forms[0].placed:
            continue
        ended = "t + duration" if "duration" in columns(*forms) else "t"
        record.db.execute(
            f'DELETE FROM "{kind}" WHERE {ended} >= ? AND t < ?', [since, math.inf if until is None else until]
        )


def leave_out(record: Record, journeys: Sequence[str]) -> None:
    """Leave out what the users of these journeys met."""
    for kind, forms in TABLES.items():
        if forms[0].placed and "journey" in columns(*forms):
            record.db.execute(f'DELETE FROM "{kind}" WHERE list_contains(?::VARCHAR[], journey)', [list(journeys)])


def _connect() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        config={
            "threads": 2,
            "memory_limit": "600MB",
            # DuckDB makes this folder only when it must spill, and removes it; its default is the current folder.
            "temp_directory": os.path.join(tempfile.gettempdir(), f"brownout-{os.getpid()}"),
            "autoinstall_known_extensions": False,
        }
    )


def columns(*forms: type[events.Event]) -> dict[str, str]:
    """The columns of a table with their SQL types: of the fields of all forms of its rows."""
    own = {
        field.name: _sql_type(hints[field.name])
        for form in forms
        for hints in [get_type_hints(form)]
        for field in fields(form)
    }
    tag = {"form": "VARCHAR"} if len(forms) > 1 else {}
    return {"w": "VARCHAR", "at": "DOUBLE", "t": "DOUBLE", **tag, **own}


def _often(kind: str) -> bool:
    return TABLES[kind][0].table == "often"


def _sql_type(hint: Any) -> str:
    if hint in _TYPES:
        return _TYPES[hint]
    if get_origin(hint) is Literal:
        return "VARCHAR"
    arguments = [argument for argument in get_args(hint) if argument is not type(None)]
    if get_origin(hint) is list:
        return "VARCHAR[]" if arguments == [str] else "JSON"
    return "JSON" if get_origin(hint) is dict else _sql_type(arguments[0])


def _stage_lines(db: duckdb.DuckDBPyConnection, files: str) -> None:
    """One pass that keeps the lines of all kinds with few rows."""
    often = _list([kind for kind in TABLES if _often(kind)])
    db.execute(
        "CREATE TEMP TABLE line AS SELECT json, kind FROM ("
        "SELECT json, json->>'$.kind' AS kind, json->>'$.v' AS version "
        f"FROM read_json({files}, {_LINES}, records = false, columns = {{json: 'JSON'}})"
        f") WHERE version = '{events.VERSION}' AND NOT list_contains({often}, kind)"
    )


def _load_often(db: duckdb.DuckDBPyConnection, kind: str, files: str, drill: dict[str, Any]) -> None:
    shape = ", ".join(f"{_text(name)}: {_text(type_)}" for name, type_ in columns(*TABLES[kind]).items())
    db.execute(
        f'CREATE TABLE "{kind}" AS SELECT * EXCLUDE (v, kind){_placing(kind, drill)}{_OVER.get(kind, "")} '
        f"FROM read_json({files}, {_LINES}, columns = {{v: 'BIGINT', kind: 'VARCHAR', {shape}}}) "
        f"WHERE v = {events.VERSION} AND kind = {_text(kind)}"
    )


def _load_seldom(db: duckdb.DuckDBPyConnection, kind: str, drill: dict[str, Any]) -> None:
    shape = _text(json.dumps(columns(*TABLES[kind])))
    db.execute(
        f'CREATE TABLE "{kind}" AS SELECT *{_placing(kind, drill)} FROM '
        f"(SELECT unnest(json_transform(json, {shape})) FROM line WHERE kind = {_text(kind)})"
    )


def _placing(kind: str, drill: dict[str, Any]) -> str:
    """SQL for the name and the impact of the phase at ``t``: NULL before the timeline and after it."""
    if not TABLES[kind][0].placed:
        return ""
    return f", {_phase_at(drill, 'name')} AS phase_name, {_phase_at(drill, 'impact')} AS impact"


def _phase_at(drill: dict[str, Any], key: str) -> str:
    zero = drill["zero"]
    cases = "".join(
        f" WHEN t >= {zero + phase['start']!r} AND t < {zero + phase['end']!r} THEN {_text(phase[key])}"
        for phase in drill["phases"]
    )
    return f"CASE{cases} END" if cases else "NULL::VARCHAR"


def _planned(db: duckdb.DuckDBPyConnection, files: str) -> list[dict[str, Any]]:
    """What was going to be drilled, where the timeline had not begun: it would have, after all that is on record."""
    rows = _rows(db, "planned")
    last = db.execute(f"SELECT max(t) FROM read_json({files}, {_LINES}, columns = {{t: 'DOUBLE'}})").fetchone()
    return [{**row, "zero": ((last and last[0]) or 0.0) + 1e-3} for row in rows]


def _drill(db: duckdb.DuckDBPyConnection, path: Path, files: str, reading: Reading) -> dict[str, Any]:
    rows = _rows(db, "drill") or _planned(db, files)
    if not rows:
        raise JournalError(f"{path}: {_no_drill(reading)}")
    if len(rows) > 1:
        raise JournalError(f"{path}: {len(rows)} drill rows; a folder holds one drill, so give each its own --out")
    return {**rows[0], "zero": float(rows[0]["zero"])}


def _no_drill(reading: Reading) -> str:
    """Why nothing is known of what was drilled."""
    if reading.later is not None:
        return f"its rows are in format {reading.later}, and this brownout reads {events.VERSION}: a later one wrote it"
    if reading.told:
        more = f" (and {reading.torn - 1:,} lines more)" if reading.torn > 1 else ""
        return f"no drill row that can be used; {reading.told[0]}{more}"
    return "no drill row; this is not the journal of a drill, or it ended before it began"


def _last(db: duckdb.DuckDBPyConnection, kind: str) -> dict[str, Any] | None:
    rows = _rows(db, kind)
    return max(rows, key=lambda row: float(row.get("t") or 0), default=None)


def _rows(db: duckdb.DuckDBPyConnection, kind: str) -> list[dict[str, Any]]:
    fetched = db.execute("SELECT json FROM line WHERE kind = ?", [kind]).fetchall()
    return [row for (text,) in fetched if (row := journal.parse(text)) is not None]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _list(values: list[str]) -> str:
    return "[" + ", ".join(_text(value) for value in values) + "]"


def _no_glob(path: Path) -> str:
    """DuckDB reads a file name as a pattern; a folder may well be called ``run [2]``."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))
