"""Conversations and the ledger in SQLite. Every call is short and blocking: run it in a thread."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from dataclasses import dataclass

_SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS conversations (id TEXT PRIMARY KEY, user TEXT NOT NULL, previous TEXT);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    conversation TEXT NOT NULL REFERENCES conversations (id),
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    text TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS refunds (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL UNIQUE REFERENCES messages (id),
    parcel TEXT NOT NULL,
    cents INTEGER NOT NULL
);
"""


class UnknownConversation(LookupError):
    """There is no conversation with this id."""


@dataclass(frozen=True)
class Refund:
    """One refund that was made; ``id`` is what users are told to refer to, ``text`` the words that led to it."""

    id: int
    parcel: str
    cents: int
    text: str


class Store:
    """A user's message is kept before anything can go wrong, an answer only when it is whole."""

    def __init__(self, path: str) -> None:
        self._path = path
        with closing(self._connect()) as db:
            db.executescript(_SCHEMA)

    def create(self, user: str) -> str:
        """A new conversation's id."""
        conversation = uuid.uuid4().hex
        with closing(self._connect()) as db, db:
            db.execute("INSERT INTO conversations VALUES (?, ?, NULL)", (conversation, user))
        return conversation

    def ask(self, conversation: str, text: str) -> int:
        """Keeps a user's message; its id. Raises UnknownConversation."""
        with closing(self._connect()) as db, db:
            self._known(db, conversation)
            return self._add(db, conversation, "user", text)

    def answer(self, conversation: str, text: str, response: str) -> None:
        """Keeps a whole answer, and the platform's response that the next turn can go on from."""
        with closing(self._connect()) as db, db:
            self._add(db, conversation, "assistant", text)
            db.execute("UPDATE conversations SET previous = ? WHERE id = ?", (response, conversation))

    def fail(self, conversation: str) -> None:
        """The platform knows nothing of the turn that failed, so the next one must not go on from its memory."""
        with closing(self._connect()) as db, db:
            db.execute("UPDATE conversations SET previous = NULL WHERE id = ?", (conversation,))

    def previous(self, conversation: str) -> str | None:
        """The platform's last response in this conversation. Raises UnknownConversation."""
        with closing(self._connect()) as db:
            return self._known(db, conversation)

    def messages(self, conversation: str) -> list[dict[str, str]]:
        """Role and text, oldest first. Raises UnknownConversation."""
        with closing(self._connect()) as db:
            self._known(db, conversation)
            rows = db.execute("SELECT role, text FROM messages WHERE conversation = ? ORDER BY id", (conversation,))
            return [{"role": role, "text": text} for role, text in rows]

    def refund(self, message: int, parcel: str, cents: int) -> Refund:
        """The refund of this message: made now, or the one that it led to before. Never a second one."""
        with closing(self._connect()) as db, db:
            insert = "INSERT INTO refunds (message, parcel, cents) VALUES (?, ?, ?) ON CONFLICT (message) DO NOTHING"
            db.execute(insert, (message, parcel, cents))
        made = self.refunded(message)
        assert made is not None
        return made

    def refunded(self, message: int) -> Refund | None:
        """What this message led to."""
        with closing(self._connect()) as db:
            wanted = (
                "SELECT refunds.id, parcel, cents, text FROM refunds JOIN messages ON messages.id = refunds.message"
                " WHERE refunds.message = ?"
            )
            row = db.execute(wanted, (message,)).fetchone()
            return Refund(*row) if row else None

    def ledger(self, conversation: str) -> list[dict[str, str | int]]:
        """All refunds of a conversation, with the words that led to them."""
        wanted = (
            "SELECT text, parcel, cents FROM refunds JOIN messages ON messages.id = refunds.message"
            " WHERE conversation = ? ORDER BY refunds.id"
        )
        with closing(self._connect()) as db:
            self._known(db, conversation)
            rows = db.execute(wanted, (conversation,))
            return [{"for": text, "parcel": parcel, "cents": cents} for text, parcel, cents in rows]

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=5)

    @staticmethod
    def _add(db: sqlite3.Connection, conversation: str, role: str, text: str) -> int:
        insert = "INSERT INTO messages (conversation, role, text) VALUES (?, ?, ?)"
        cursor = db.execute(insert, (conversation, role, text))
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    @staticmethod
    def _known(db: sqlite3.Connection, conversation: str) -> str | None:
        row = db.execute("SELECT previous FROM conversations WHERE id = ?", (conversation,)).fetchone()
        if row is None:
            raise UnknownConversation(conversation)
        previous: str | None = row[0]
        return previous
