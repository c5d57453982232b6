"""The one SQLite file, with all tables. Every call is short and blocking: run it in a thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

_SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS threads (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    conversation TEXT,
    account TEXT,
    marked INTEGER NOT NULL DEFAULT 0,
    whole INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS names (name TEXT PRIMARY KEY, thread INTEGER NOT NULL REFERENCES threads (id));
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    thread INTEGER NOT NULL REFERENCES threads (id),
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    text TEXT NOT NULL,
    wamid TEXT UNIQUE,
    given INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS of_a_thread ON messages (thread, id);
CREATE TABLE IF NOT EXISTS inbox (
    id INTEGER PRIMARY KEY,
    wamid TEXT NOT NULL UNIQUE,
    phone TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    media TEXT,
    mime TEXT,
    state TEXT NOT NULL DEFAULT 'due',
    due REAL NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY,
    phone TEXT NOT NULL,
    text TEXT NOT NULL,
    quotes TEXT,
    part INTEGER NOT NULL DEFAULT 0,
    day TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'due',
    due REAL NOT NULL DEFAULT 0,
    UNIQUE (quotes, part),
    UNIQUE (phone, day)
);
CREATE INDEX IF NOT EXISTS inbox_due ON inbox (state, phone, id);
CREATE INDEX IF NOT EXISTS outbox_due ON outbox (state, phone, id);
CREATE TABLE IF NOT EXISTS ending (only INTEGER PRIMARY KEY CHECK (only = 1), day TEXT NOT NULL);
"""


class Database:
    """Opens the file anew for each use, so that any thread may."""

    def __init__(self, path: str) -> None:
        self._path = path
        with closing(self._connect()) as db:
            db.executescript(_SCHEMA)

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A transaction: kept whole at the end, or not at all. What it reads nobody changes meanwhile."""
        with closing(self._connect()) as db, db:
            db.execute("BEGIN IMMEDIATE")
            yield db

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=5)
        db.row_factory = sqlite3.Row
        return db
