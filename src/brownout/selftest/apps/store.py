"""Conversations in SQLite, turn by turn."""

from __future__ import annotations

import sqlite3
import sys
import time
import uuid
from pathlib import Path

SCHEMA = """
CREATE TABLE conversations (id TEXT PRIMARY KEY, user TEXT NOT NULL);
CREATE TABLE turns (
    id INTEGER PRIMARY KEY, conversation TEXT NOT NULL, question TEXT NOT NULL, answer TEXT, changed REAL NOT NULL
);
"""

Message = dict[str, str]


class Store:
    """Conversations of one chat. Calls take under a millisecond, so the event loop makes them itself."""

    def __init__(self, path: Path, order: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(SCHEMA)
        self._order = order

    def create(self, user: str) -> str:
        """Begin a conversation, and return its id."""
        conversation = uuid.uuid4().hex
        self._db.execute("INSERT INTO conversations VALUES (?, ?)", (conversation, user))
        return conversation

    def ask(self, conversation: str, question: str) -> int:
        """Keep a question, and return its id."""
        insert = "INSERT INTO turns (conversation, question, changed) VALUES (?, ?, ?)"
        id = self._db.execute(insert, (conversation, question, time.time())).lastrowid
        assert id is not None
        return id

    def answer(self, id: int, answer: str, changed: float | None = None) -> None:
        """Keep a question's answer, and when the turn changed by it after it had been over."""
        update = "UPDATE turns SET answer = ?, changed = coalesce(?, changed) WHERE id = ?"
        self._db.execute(update, (answer, changed, id))

    def messages(self, conversation: str, offset: int = 0, limit: int = -1, before: int = sys.maxsize) -> list[Message]:
        """Questions, each with its answer if there is one, oldest first; offset and limit count turns."""
        rows = self._db.execute(
            "SELECT question, answer FROM turns WHERE conversation = ? AND id < ? "
            f"ORDER BY {self._order} LIMIT ? OFFSET ?",
            (conversation, before, limit, offset),
        )
        return [
            {"role": role, "text": text}
            for turn in rows
            for role, text in zip(("user", "assistant"), turn, strict=True)
            if text is not None
        ]
