"""Opens a journal for questions: every kind of row becomes a DuckDB table. Reads only; nothing leaves the machine."""

from __future__ import annotations

import json
import math
import os
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import duckdb

from brownout import deeds, events, journal
from brownout.checkers.base import Record
from brownout.judging import ties

OFTEN: tuple[type[events.Event], ...] = (events.ExchangeEnds, events.JourneyStep)
"""Read from the files each by itself, so that no more than its own columns are ever held."""
SELDOM: tuple[type[events.Event], ...] = (
    events.ChatRead,
    deeds.EffectsRead,
    deeds.ToolHanded,
    events.ExportRead,
    events.FaultSkipped,
    events.HistoryRead,
    events.OtherHost,
    events.PhaseBegins,
    events.Process,
    events.StatusPosted,
    events.Users,
)
"""Read in one pass together, as lines first."""
_KINDS = {kind.kind: kind for kind in (*OFTEN, *SELDOM)}
PLACED = ("chat", "effects", "exchange", "export", "history", "journey", "tool")
"""Tables that say where on the timeline ``t`` falls."""
_TYPES = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE", bool: "BOOLEAN"}
# A torn or undecodable line becomes a row of NULLs instead of an error, and its neighbours stay whole.
_LINES = "format = 'newline_delimited', ignore_errors = true"


class JournalError(ValueError):
    """A journal that cannot be judged, and why."""


def open_record(path: Path) -> Record:
    """The journal of a drill's folder, of a journal folder or of one file, with all rows that are whole.

    Lines that are torn or foreign are counted, rows of unknown kinds ignored. The caller closes ``db``. Raises
    FileNotFoundError where there is no journal, JournalError where it says nothing of its drill.
    """
    files = _list([_no_glob(file) for file in journal.files(path)])
    db = _connect()
    try:
        torn = _stage_lines(db, files)
        drill, end = _drill(db, path, files), _last(db, "end")
        for kind in OFTEN:
            _load_often(db, kind, files, drill)
        for kind in SELDOM:
            _load_seldom(db, kind, drill)
        db.execute("DROP TABLE line")
        ties.tie(db)
    except BaseException:
        db.close()
        raise
    return Record(db, drill, end, torn)


def set_aside(record: Record, since: float) -> None:
    """Leave out what users met and what was called at ``since`` or later, in monotonic seconds."""
    for kind in PLACED:
        ended = "t + duration" if "duration" in columns(_KINDS[kind]) else "t"
        record.db.execute(f'DELETE FROM "{kind}" WHERE {ended} >= ?', [since])


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


def columns(kind: type[events.Event]) -> dict[str, str]:
    """The columns of a kind's table with their SQL types, of the event's own fields."""
    hints = get_type_hints(kind)
    return {
        "w": "VARCHAR",
        "at": "DOUBLE",
        "t": "DOUBLE",
        **{field.name: _sql_type(hints[field.name]) for field in fields(kind)},
    }


def _sql_type(hint: Any) -> str:
    if hint in _TYPES:
        return _TYPES[hint]
    if get_origin(hint) is Literal:
        return "VARCHAR"
    arguments = [argument for argument in get_args(hint) if argument is not type(None)]
    if get_origin(hint) is list:
        return "VARCHAR[]" if arguments == [str] else "JSON"
    return "JSON" if get_origin(hint) is dict else _sql_type(arguments[0])


def _stage_lines(db: duckdb.DuckDBPyConnection, files: str) -> int:
    """One pass that keeps the lines of all kinds with few rows; returns how many lines were not whole."""
    often = _list([kind.kind for kind in OFTEN])
    db.execute(
        "CREATE TEMP TABLE line AS SELECT * FROM ("
        f"SELECT json, json->>'$.kind' AS kind, json->>'$.v' = '{events.VERSION}' AS known "
        f"FROM read_json({files}, {_LINES}, records = false, columns = {{json: 'JSON'}})"
        f") WHERE kind IS NULL OR known IS NOT TRUE OR NOT list_contains({often}, kind)"
    )
    count = db.execute("SELECT count(*) FROM line WHERE kind IS NULL OR known IS NOT TRUE").fetchone()
    return int(count[0]) if count else 0


def _load_often(db: duckdb.DuckDBPyConnection, kind: type[events.Event], files: str, drill: dict[str, Any]) -> None:
    shape = ", ".join(f"{_text(name)}: {_text(type_)}" for name, type_ in columns(kind).items())
    db.execute(
        f'CREATE TABLE "{kind.kind}" AS SELECT * EXCLUDE (v, kind){_placing(kind, drill)} '
        f"FROM read_json({files}, {_LINES}, columns = {{v: 'BIGINT', kind: 'VARCHAR', {shape}}}) "
        f"WHERE v = {events.VERSION} AND kind = {_text(kind.kind)}"
    )


def _load_seldom(db: duckdb.DuckDBPyConnection, kind: type[events.Event], drill: dict[str, Any]) -> None:
    shape = _text(json.dumps(columns(kind)))
    db.execute(
        f'CREATE TABLE "{kind.kind}" AS SELECT *{_placing(kind, drill)} FROM '
        f"(SELECT unnest(json_transform(json, {shape})) FROM line WHERE known AND kind = {_text(kind.kind)})"
    )


def _placing(kind: type[events.Event], drill: dict[str, Any]) -> str:
    """SQL for the name and the impact of the phase at ``t``: NULL before the timeline and after it."""
    if kind.kind not in PLACED:
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


def _drill(db: duckdb.DuckDBPyConnection, path: Path, files: str) -> dict[str, Any]:
    rows = _rows(db, "drill") or _planned(db, files)
    if not rows:
        raise JournalError(f"{path}: no drill row; this is not the journal of a drill, or it ended before it began")
    if len(rows) > 1:
        raise JournalError(f"{path}: {len(rows)} drill rows; a folder holds one drill, so give each its own --out")
    drill = rows[0]
    times = [drill.get("zero"), *(phase.get(key) for phase in drill.get("phases", ()) for key in ("start", "end"))]
    if not all(isinstance(value, int | float) and math.isfinite(value) for value in times):
        raise JournalError(f"{path}: the drill row does not say when its phases were")
    return {"rules": [], "expect": [], **drill, "zero": float(drill["zero"]), "phases": drill.get("phases", [])}


def _last(db: duckdb.DuckDBPyConnection, kind: str) -> dict[str, Any] | None:
    rows = _rows(db, kind)
    return max(rows, key=lambda row: float(row.get("t") or 0), default=None)


def _rows(db: duckdb.DuckDBPyConnection, kind: str) -> list[dict[str, Any]]:
    found = db.execute("SELECT json FROM line WHERE known AND kind = ?", [kind]).fetchall()
    return [row for (text,) in found if (row := journal.parse(text)) is not None]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _list(values: list[str]) -> str:
    return "[" + ", ".join(_text(value) for value in values) + "]"


def _no_glob(path: Path) -> str:
    """DuckDB reads a file name as a pattern; a folder may well be called ``run [2]``."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))
