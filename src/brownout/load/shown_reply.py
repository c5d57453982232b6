"""Reading an application's answer while it arrives: its text for the user, and the error it shows. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from jmespath.exceptions import JMESPathError

from brownout.load.jmes import parsed
from brownout.load.lines import LineReader
from brownout.load.patterns import capture, search
from brownout.load.shown_source import name_in, tokens_in
from brownout.load.sse import EventReader
from brownout.profile import Read


def find(expression: str, data: Any) -> Any:
    """What a JMESPath leads to in JSON data; None where it leads nowhere. Raises ValueError for a bad expression."""
    ready = compiled(expression)
    try:
        return ready.search(data)
    except (JMESPathError, TypeError, RecursionError):  # a function that does not fit this document
        return None


def compiled(expression: str) -> Any:
    """The expression, parsed once. Raises ValueError, which says what is wrong."""
    try:
        return parsed(expression)
    except JMESPathError as error:
        raise ValueError(f"{expression!r} is not a JMESPath: {str(error).splitlines()[0]}") from None


def as_text(value: Any) -> str:
    """A JSON value as a user would read it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(as_text(item) for item in value)
    return json.dumps(value, ensure_ascii=False)


def strings_in(value: Any) -> Iterator[str]:
    """All strings of a JSON document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings_in(item)


class ShownReply:
    """One answer. Feed it what arrives, then ``close``; ``text`` and ``error`` are what the user sees.

    ``incomplete``: the application says itself that the answer broke off. ``disclosed``: that another than its usual
    model answered; None where the profile does not say how. ``model`` and ``usage`` are what it shows last of these.
    ``begun`` turns true when the first text of a streamed answer is there; ``document`` is the body as JSON, if it is.
    """

    def __init__(self, read: Read | None) -> None:
        self.read = read
        self.body = bytearray()
        self.document: Any = None
        self.in_place = False  # the place where the reply should be is there
        self.error = ""
        self.incomplete = False
        self.begun = False
        self.disclosed = False if read is not None and read.disclosed else None
        self.model: str | None = None
        self.usage: int | None = None
        self._pieces: list[str] = []
        self._stream = _reader(read)
        self._events = 0

    @property
    def text(self) -> str:
        """The reply as far as it has come."""
        return "".join(self._pieces)

    @property
    def streamed(self) -> bool:
        """Whether the profile says that it arrives bit by bit."""
        return self.read is not None and (_piece(self.read) is not None or self.read.text)

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the body."""
        self.body += data
        if self._stream is not None:
            for name, value in self._stream.feed(data):
                self._take_event(name, value)
        elif self.streamed and data.strip():
            self.begun = True

    def hear(self, message: str) -> Any:
        """Take a message that came by itself; it as JSON, or else as the text that it is. Raises as ``close``."""
        self.body += message.encode("utf-8", "replace") + b"\n"
        return self._take_event("message", message)

    def close(self) -> None:
        """No more bytes will come. Raises patterns.SearchTooSlow."""
        raw = self.body.decode("utf-8", "replace")
        if raw.lstrip()[:1] in ("{", "["):
            try:
                self.document = json.loads(raw)
            except (ValueError, RecursionError):
                self.document = None
        if self.read is None:
            return
        for line in self._stream.close() if isinstance(self._stream, LineReader) else ():
            self._take_event(*line)
        if self.read.json_ is not None:
            self._take(self.document, self.read.json_)
        elif self.read.text:
            self.in_place = True
            if not self._events:
                self._pieces = [raw]
            self._read_marks()
        elif not self._events and self.document is not None:
            self._take(self.document, None)  # JSON where a stream was promised

    def _read_marks(self) -> None:
        """What a whole text says of itself, by regular expressions."""
        assert self.read is not None
        if self.read.error:
            self.error = self.error or search(self.read.error, self.text) or ""
        if self.read.incomplete:
            self.incomplete = search(self.read.incomplete, self.text) is not None
        if self.read.disclosed:
            self.disclosed = search(self.read.disclosed, self.text) is not None
        self.model = name_in(capture(self.read.model, self.text)) if self.read.model else None
        self.usage = tokens_in(capture(self.read.usage, self.text)) if self.read.usage else None

    def _take_event(self, name: str, data: str) -> Any:
        if data == "[DONE]":
            return None
        try:
            value: Any = json.loads(data)
        except (ValueError, RecursionError):
            if name == "line":
                return None  # a document over several lines is none of a stream
            value = data
        self._events += 1
        if name == "error":
            self.error = self.error or as_text(value) or "an error event without words"
            return value
        assert self.read is not None
        if self.read.restart and find(self.read.restart, value):
            self._pieces.clear()
            self.error, self.incomplete = "", False
            self.model = self.usage = None  # of what is void; that somebody else answers may have been said before
        self._take(value, "@" if self.read.text else _piece(self.read))
        return value

    def _take(self, value: Any, where: str | None) -> None:
        assert self.read is not None
        piece = find(where, value) if where else None
        if not self.read.text:
            self._take_source(self.read, value)
        if self.read.incomplete and not self.read.text and find(self.read.incomplete, value):
            self.incomplete = True
        if piece is not None and piece is not False:  # what ``type == 'text' && delta`` is for any other event
            self.in_place = True
            if self.read.cumulative:
                self._pieces.clear()
            self._pieces.append(as_text(piece))
            self.begun = self.begun or bool(as_text(piece))
        shown = self._shown_error(value, piece)
        if shown:
            self.error = self.error or as_text(shown)

    def _take_source(self, read: Read, value: Any) -> None:
        """Who answered, and for how many tokens, as far as a document, an event or a message says so."""
        if read.disclosed and find(read.disclosed, value):
            self.disclosed = True
        if read.model:
            self.model = name_in(find(read.model, value)) or self.model
        if read.usage and (tokens := tokens_in(find(read.usage, value))) is not None:
            self.usage = tokens

    def _shown_error(self, value: Any, piece: Any) -> Any:
        assert self.read is not None
        if self.read.error is None:
            return value.get("error") if piece is None and isinstance(value, dict) else None
        if self.read.text:  # a message by itself, or words that came in several
            return search(self.read.error, as_text(piece)) or search(self.read.error, self.text)
        return find(self.read.error, value)


def _piece(read: Read) -> str | None:
    """Where in an event, a line or a message the piece of text is; None for an answer that is one document."""
    return next((where for where in (read.sse, read.ndjson, read.message) if where is not None), None)


def _reader(read: Read | None) -> EventReader | LineReader | None:
    if read is None:
        return None
    return EventReader() if read.sse is not None else LineReader() if read.ndjson is not None else None
