"""Conversations in SQLite. Every call is short and blocking: run it in a thread.

A user's message is stored before anything can go wrong, an answer only when it is whole.
"""

from __future__ import annotations

import sqlite3
import time
import uuid
from contextlib import closing

_SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS conversations (id TEXT PRIMARY KEY, user TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    conversation TEXT NOT NULL REFERENCES conversations (id),
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    text TEXT NOT NULL,
    status TEXT CHECK (status IN ('waiting', 'answered', 'failed')),
    at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_of ON messages (conversation, id);
"""
_INSERT = "INSERT INTO messages (conversation, role, text, status, at) VALUES (?, ?, ?, ?, ?)"


class UnknownConversation(LookupError):
    """There is no conversation with this id."""


class Store:
    """``answer_within``: a message that waits longer than this many seconds was given up, whoever forgot to say so."""

    def __init__(self, path: str, answer_within: float) -> None:
        self._path = path
        self._answer_within = answer_within
        with closing(self._connect()) as db:
            db.executescript(_SCHEMA)

    def create(self, user: str) -> str:
        """A new conversation's id."""
        conversation = uuid.uuid4().hex
        with closing(self._connect()) as db, db:
            db.execute("INSERT INTO conversations VALUES (?, ?)", (conversation, user))
        return conversation

    def ask(self, conversation: str, text: str) -> int:
        """Keeps a user's message, waiting for its answer; its id. Raises UnknownConversation."""
        with closing(self._connect()) as db, db:
            self._known(db, conversation)
            cursor = db.execute(_INSERT, (conversation, "user", text, "waiting", time.time()))
            assert cursor.lastrowid is not None
            return cursor.lastrowid

    def answer(self, conversation: str, question: int, text: str) -> None:
        """Keeps a whole answer, and marks its question answered, both or neither."""
        with closing(self._connect()) as db, db:
            db.execute(_INSERT, (conversation, "assistant", text, None, time.time()))
            db.execute("UPDATE messages SET status = 'answered' WHERE id = ?", (question,))

    def fail(self, question: int) -> None:
        """Marks a message as one that got no answer."""
        with closing(self._connect()) as db, db:
            db.execute("UPDATE messages SET status = 'failed' WHERE id = ?", (question,))

    def messages(self, conversation: str) -> list[dict[str, str]]:
        """Role, text and, for a user's message, status; oldest first. Raises UnknownConversation."""
        with closing(self._connect()) as db:
            self._known(db, conversation)
            rows = db.execute(
                "SELECT role, text, CASE WHEN status = 'waiting' AND at < ? THEN 'failed' ELSE status END"
                " FROM messages WHERE conversation = ? ORDER BY id",
                (time.time() - self._answer_within, conversation),
            )
            return [
                {"role": role, "text": text, **({"status": status} if status else {})} for role, text, status in rows
            ]

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=5)

    @staticmethod
    def _known(db: sqlite3.Connection, conversation: str) -> None:
        if db.execute("SELECT 1 FROM conversations WHERE id = ?", (conversation,)).fetchone() is None:
            raise UnknownConversation(conversation)
