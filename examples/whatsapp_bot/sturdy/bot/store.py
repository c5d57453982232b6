"""Conversations: one for each person, whichever channel a message came by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from .database import Database


@dataclass(frozen=True)
class Thread:
    """One person's conversation. ``conversation`` is the platform's memory of it, which may be lost at any time."""

    id: int
    channel: str
    conversation: str | None
    account: str | None
    marked: bool
    """The platform knows whose it is."""
    whole: bool
    """All of it is here; else the platform knows what came before."""

    @property
    def metadata(self) -> dict[str, str]:
        """What the platform is told about it: with an account, it belongs to that and not to the channel."""
        return {"channel": self.channel} | ({"account": self.account} if self.account else {})


@dataclass(frozen=True)
class Message:
    """Something that was said."""

    role: str
    text: str


@dataclass(frozen=True)
class Asked:
    """A user's message that is kept."""

    thread: int
    id: int


class Store:
    """A user's message is kept before anything can go wrong, an answer only when it is whole."""

    def __init__(self, database: Database) -> None:
        self._open = database.open

    def thread(self, name: str, channel: str) -> Thread:
        """The conversation of a phone or an account, begun if there is none."""
        with self._open() as db:
            return _thread(db, _known(db, name) or _begin(db, name, channel))

    def find(self, name: str) -> Thread | None:
        """The conversation of a phone or an account."""
        with self._open() as db:
            known = _known(db, name)
            return _thread(db, known) if known else None

    def ask(self, thread: int, text: str, wamid: str | None) -> Asked:
        """Keeps what a user said; once, however often it is kept."""
        insert = "INSERT INTO messages (thread, role, text, wamid) VALUES (?, 'user', ?, ?)"
        with self._open() as db:
            row = db.execute("SELECT thread, id FROM messages WHERE wamid = ?", (wamid,)).fetchone()
            if row is not None:
                return Asked(row["thread"], row["id"])
            made = db.execute(insert, (thread, text, wamid)).lastrowid
            assert made is not None
            return Asked(thread, made)

    def answer(self, thread: int, text: str, known: int) -> None:
        """Keeps a whole answer. The platform knows all messages up to ``known`` now, and this one."""
        with self._open() as db:
            db.execute("UPDATE messages SET given = 1 WHERE thread = ? AND id <= ?", (thread, known))
            insert = "INSERT INTO messages (thread, role, text, given) VALUES (?, 'assistant', ?, 1)"
            db.execute(insert, (thread, text))

    def new(self, thread: int, last: int, most: int) -> list[Message]:
        """What the platform does not know yet, up to the message ``last``, oldest first."""
        wanted = "SELECT role, text FROM messages WHERE thread = ? AND id <= ? AND NOT given ORDER BY id DESC LIMIT ?"
        with self._open() as db:
            rows = db.execute(wanted, (thread, last, most)).fetchall()
        return [Message(row["role"], row["text"]) for row in reversed(rows)]

    def reply(self, thread: int, message: int) -> str:
        """The answer that came after a message."""
        wanted = "SELECT text FROM messages WHERE thread = ? AND id > ? AND role = 'assistant' ORDER BY id LIMIT 1"
        with self._open() as db:
            row = db.execute(wanted, (thread, message)).fetchone()
        return str(row["text"]) if row else ""

    def messages(self, thread: int) -> list[dict[str, str]]:
        """All of it, oldest first."""
        with self._open() as db:
            rows = db.execute("SELECT role, text FROM messages WHERE thread = ? ORDER BY id", (thread,))
            return [{"role": row["role"], "text": row["text"]} for row in rows]

    def remembered(self, thread: Thread, conversation: str) -> None:
        """The platform keeps it under this id, and was told what ``thread.metadata`` says."""
        change = "UPDATE threads SET conversation = ?, marked = (account IS ?) WHERE id = ?"
        with self._open() as db:
            db.execute(change, (conversation, thread.account, thread.id))

    def forgotten(self, thread: int) -> None:
        """The platform lost its memory: it has to be told everything again."""
        with self._open() as db:
            _forget(db, thread)

    def link(self, phone: str, account: str) -> Thread:
        """From now on a phone's conversation is the account's, and what the account had said is a part of it."""
        with self._open() as db:
            thread = _known(db, phone) or _begin(db, phone, "whatsapp")
            other = _known(db, account)
            if other not in (None, thread):
                db.execute("UPDATE messages SET thread = ? WHERE thread = ?", (thread, other))
                db.execute("UPDATE names SET thread = ? WHERE thread = ?", (thread, other))
                _forget(db, thread)
            db.execute("INSERT OR REPLACE INTO names VALUES (?, ?)", (account, thread))
            change = "UPDATE threads SET account = ?, marked = 0 WHERE id = ? AND account IS NOT ?"
            db.execute(change, (account, thread, account))
            return _thread(db, thread)

    def unmarked(self) -> list[Thread]:
        """Linked, and the platform does not know it yet."""
        wanted = "SELECT * FROM threads WHERE account IS NOT NULL AND NOT marked AND conversation IS NOT NULL LIMIT 20"
        with self._open() as db:
            return [_read(row) for row in db.execute(wanted)]

    def adopt(self, name: str, conversation: str) -> None:
        """Takes over a conversation of which only the platform's id is known."""
        with self._open() as db:
            if _known(db, name) is None:
                thread = _begin(db, name, "whatsapp")
                db.execute("UPDATE threads SET conversation = ?, whole = 0 WHERE id = ?", (conversation, thread))

    def fill(self, thread: int, before: Iterable[Message]) -> None:
        """Puts what the platform knew in front of what is here."""
        with self._open() as db:
            rows = db.execute("SELECT role, text FROM messages WHERE thread = ?", (thread,))
            here = {(row["role"], row["text"]) for row in rows}
            missing = [message for message in before if (message.role, message.text) not in here]
            lowest = min(0, db.execute("SELECT min(id) FROM messages").fetchone()[0] or 0)
            for at, message in enumerate(reversed(missing), 1):
                row = (lowest - at, thread, message.role, message.text)
                db.execute("INSERT INTO messages (id, thread, role, text, given) VALUES (?, ?, ?, ?, 1)", row)
            db.execute("UPDATE threads SET whole = 1 WHERE id = ?", (thread,))


def _known(db: sqlite3.Connection, name: str) -> int | None:
    row = db.execute("SELECT thread FROM names WHERE name = ?", (name,)).fetchone()
    return int(row["thread"]) if row else None


def _begin(db: sqlite3.Connection, name: str, channel: str) -> int:
    account = None if channel == "whatsapp" else name
    made = db.execute("INSERT INTO threads (channel, account) VALUES (?, ?)", (channel, account)).lastrowid
    assert made is not None
    db.execute("INSERT INTO names VALUES (?, ?)", (name, made))
    return made


def _thread(db: sqlite3.Connection, id: int) -> Thread:
    return _read(db.execute("SELECT * FROM threads WHERE id = ?", (id,)).fetchone())


def _read(row: sqlite3.Row) -> Thread:
    return Thread(
        row["id"], row["channel"], row["conversation"], row["account"], bool(row["marked"]), bool(row["whole"])
    )


def _forget(db: sqlite3.Connection, thread: int) -> None:
    db.execute("UPDATE threads SET conversation = NULL WHERE id = ?", (thread,))
    db.execute("UPDATE messages SET given = 0 WHERE thread = ?", (thread,))
