"""Sees that nobody listens where the application did, though its process may live, and when somebody does again.

An application that does well is left alone: it is asked only after somebody found nobody there, or was turned out three
times in a row without a word. It is asked what the drill asked before it began, so it is no new request for it.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from socket import create_connection
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from brownout.events import Process
from brownout.journal import Writer
from brownout.mistakes import UNREACHED

Knock: TypeAlias = Literal["answers", "closed", "resets", "unknown"]
"""What came of a request: an answer, no connection, one that was closed before a byte came, or nothing that tells."""
EVERY = 0.1
"""Seconds between two looks at one that is gone, or may be."""
PAUSE = 1.0
"""Seconds after an answer in which it is not asked again: an application that drops some users is not gone."""
SILENT = 3
"""So many users in a row, over a second or more, are turned out without a word before that looks like nobody's."""
SURE = {"closed": 1, "resets": 2}
"""So many looks in a row show it: a port is closed or not, but a worker that is replaced resets once, too."""
_WORDS = {"closed": "closed its port", "resets": "closed every connection without an answer"}
_PATIENCE = 2.0


def knock(url: str) -> Knock:
    """Ask for this URL, with no proxy and no look at its certificate, and read no further than its first byte."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        connection = create_connection((host, port), _PATIENCE, all_errors=True)
    except ExceptionGroup as group:  # one for each address of the host
        if all(isinstance(error, ConnectionRefusedError) for error in group.exceptions):
            return "closed"
        return "resets" if all(isinstance(error, ConnectionError) for error in group.exceptions) else "unknown"
    except (OSError, ValueError):
        return "unknown"
    place = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    request = f"GET {place} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    try:
        if parts.scheme == "https":
            connection = ssl._create_unverified_context().wrap_socket(connection, server_hostname=host)
        connection.sendall(request.encode("latin-1", "replace"))
        return "answers" if connection.recv(1) else "resets"
    except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
        return "resets"
    except (TimeoutError, ValueError):  # no host that a certificate could be for
        return "unknown"
    except OSError:
        return "answers"  # it speaks another language, and something came
    finally:
        connection.close()


class PortWatch:
    """Takes the journal's rows as they come, and writes ``gone`` and ``back`` of the application."""

    def __init__(self, url: str, journal: Writer, look: Callable[[str], Knock] = knock) -> None:
        self.gone = False
        self._ever_gone = False
        self._load_lost = False
        self._url, self._journal, self._knock = url, journal, look
        self._silent: list[float] = []  # when users in a row were turned out without a word
        self._since: float | None = None  # from when on it may be gone
        self._answered = 0.0  # when it answered last, or let a user in who was answered then
        self._next = 0.0
        self._alike: list[Knock] = []  # looks in a row that saw the same
        self._looking: threading.Thread | None = None

    def take(self, row: Mapping[str, Any]) -> None:
        """Count a row of the journal, if it is one that tells."""
        if row["kind"] == "exchange" and row.get("via") == "inbound":
            if row.get("status") is None and not row.get("injected"):
                self._suspect(row["t"] + row["duration"])
        elif row["kind"] == "process":
            self._load_lost = self._load_lost or str(row.get("detail")).startswith(UNREACHED)
        elif row["kind"] == "journey":
            ended = row["t"] + row["duration"]
            if row.get("status") is not None and row.get("channel") == "http":  # each over a connection of its own
                self._answered = max(self._answered, row["t"])
            if row["outcome"] == "unreachable":
                self._suspect(ended)
            elif row["outcome"] == "cut" and row.get("status") is None:
                self._silent.append(ended)
                if len(self._silent) >= SILENT and ended - self._silent[0] >= PAUSE:
                    self._suspect(self._silent[0])
            elif row["outcome"] != "hung" and self._silent and row["t"] > self._silent[0]:
                self._silent = []  # who was let in before that is answered by a process, and not at a door

    @property
    def explains_the_load(self) -> bool:
        """Whether the load ended with the word that it reached nobody, of an application that had gone."""
        return self._load_lost and self._ever_gone

    def _suspect(self, since: float) -> None:
        if self._since is None:
            self._since = since

    def beat(self) -> None:
        """The drill has come round once more; what a look saw is written down, and the next one begun."""
        if self._looking is not None and not self._looking.is_alive():
            self._looking = None
            self._seen()
        if self._since is None or self._looking is not None or time.monotonic() < self._next:
            return
        self._looking = threading.Thread(target=self._look, name="port-watch", daemon=True)
        self._looking.start()

    def _look(self) -> None:
        seen = self._knock(self._url)
        self._alike = [*self._alike, seen] if self._alike[-1:] == [seen] else [seen]

    def _seen(self) -> None:
        now, seen, since = time.monotonic(), self._alike[-1], self._since
        assert since is not None
        self._next = now + EVERY
        if seen == "answers":
            if self.gone:
                self._journal.write(Process("application", "back", detail="is back", t=now))
            self.gone, self._since, self._silent, self._next = False, None, [], now + PAUSE
            self._answered = now
        elif not self.gone and len(self._alike) >= SURE.get(seen, len(self._alike) + 1):
            self.gone = self._ever_gone = True
            # A row may be read only after the answer to a later look; and who was turned out once may be the only one.
            self._journal.write(Process("application", "gone", detail=_WORDS[seen], t=max(since, self._answered)))
