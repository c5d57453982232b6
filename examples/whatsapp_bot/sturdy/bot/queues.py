"""What came from WhatsApp and is to be answered, and what is to be sent there: both outlive a restart."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from .database import Database


@dataclass(frozen=True)
class Received:
    """A message that somebody wrote on WhatsApp. ``media`` is the id of its file."""

    wamid: str
    phone: str
    kind: str
    text: str
    media: str | None = None
    mime: str | None = None
    id: int = 0


@dataclass(frozen=True)
class Outgoing:
    """A message to somebody: an answer, which quotes the question, or (with a ``day``) the notice of the end."""

    id: int
    phone: str
    text: str
    quotes: str | None
    day: date | None
    attempts: int


def _due(table: str, order: str, busy: Sequence[str]) -> str:
    """The next row: of each phone only the first counts, so that everybody's messages keep their order."""
    taken = ", ".join("?" for _ in busy)
    first = f"SELECT id FROM {table} WHERE state = 'due' AND phone = job.phone ORDER BY {order} LIMIT 1"
    return (
        f"SELECT * FROM {table} AS job WHERE state = 'due' AND due <= ? AND phone NOT IN ({taken}) AND id = ({first}) "
        f"ORDER BY {order} LIMIT 1"
    )


class Inbox:
    """Messages that came, each once however often WhatsApp sends it."""

    def __init__(self, database: Database) -> None:
        self._open = database.open

    def take(self, received: Received) -> bool:
        """Keeps a message; False for one that is here already."""
        insert = "INSERT OR IGNORE INTO inbox (wamid, phone, kind, text, media, mime) VALUES (?, ?, ?, ?, ?, ?)"
        values = (received.wamid, received.phone, received.kind, received.text, received.media, received.mime)
        with self._open() as db:
            return db.execute(insert, values).rowcount == 1

    def next(self, busy: Sequence[str]) -> Received | None:
        """The oldest that nobody is at work on."""
        with self._open() as db:
            row = db.execute(_due("inbox", "id", busy), (time.time(), *busy)).fetchone()
        if row is None:
            return None
        return Received(row["wamid"], row["phone"], row["kind"], row["text"], row["media"], row["mime"], row["id"])

    def answered(self, received: Received, parts: Iterable[str]) -> None:
        """What to send for it; both are noted or neither is."""
        with self._open() as db:
            db.execute("UPDATE inbox SET state = 'done' WHERE id = ?", (received.id,))
            insert = "INSERT OR IGNORE INTO outbox (phone, text, quotes, part) VALUES (?, ?, ?, ?)"
            for part, text in enumerate(parts):
                db.execute(insert, (received.phone, text, received.wamid, part))


class Outbox:
    """Messages to send, and who was told of the channel's end."""

    def __init__(self, database: Database) -> None:
        self._open = database.open

    def next(self, busy: Sequence[str]) -> Outgoing | None:
        """The oldest answer that nobody is sending; where there is none, a notice."""
        with self._open() as db:
            row = db.execute(_due("outbox", "day IS NOT NULL, id", busy), (time.time(), *busy)).fetchone()
        if row is None:
            return None
        return Outgoing(row["id"], row["phone"], row["text"], row["quotes"], _day(row["day"]), row["attempts"])

    def sent(self, outgoing: Outgoing) -> None:
        """It is with WhatsApp."""
        self._end(outgoing, "sent")

    def given_up(self, outgoing: Outgoing) -> None:
        """It cannot be sent at all."""
        self._end(outgoing, "failed")

    def again(self, outgoing: Outgoing, seconds: float, *, counts: bool = True) -> None:
        """Later."""
        change = "UPDATE outbox SET due = ?, attempts = attempts + ? WHERE id = ?"
        with self._open() as db:
            db.execute(change, (time.time() + seconds, int(counts), outgoing.id))

    def announce(self, day: date, text: str) -> None:
        """The channel ends on this day: a notice for everybody who ever wrote, one each."""
        insert = "INSERT OR IGNORE INTO outbox (phone, text, day) SELECT DISTINCT phone, ?, ? FROM inbox WHERE TRUE"
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO ending VALUES (1, ?)", (day.isoformat(),))
            db.execute(insert, (text, day.isoformat()))

    def reprieve(self) -> None:
        """The channel goes on after all."""
        with self._open() as db:
            db.execute("DELETE FROM ending")
            db.execute("DELETE FROM outbox WHERE day IS NOT NULL AND state = 'due'")

    def untold(self, phone: str) -> date | None:
        """The day on which the channel ends, if this user does not know it and no notice is under way."""
        wanted = (
            "SELECT day FROM ending WHERE NOT EXISTS"
            " (SELECT 1 FROM outbox WHERE phone = ? AND outbox.day = ending.day AND state IN ('due', 'sent'))"
        )
        with self._open() as db:
            row = db.execute(wanted, (phone,)).fetchone()
        return _day(row["day"]) if row else None

    def told(self, phone: str, day: date) -> None:
        """This user knows it, by an answer that said so."""
        insert = "INSERT OR REPLACE INTO outbox (phone, text, day, state) VALUES (?, '', ?, 'sent')"
        with self._open() as db:
            db.execute(insert, (phone, day.isoformat()))

    def _end(self, outgoing: Outgoing, state: str) -> None:
        with self._open() as db:
            db.execute("UPDATE outbox SET state = ? WHERE id = ?", (state, outgoing.id))


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
