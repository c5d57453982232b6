"""One step of a journey, and how its answer is read."""

from __future__ import annotations

from typing import Any, Final, Self

from pydantic import Field, model_validator

from brownout.config.model import LONGEST_NAME, Frozen, Seconds
from brownout.step_kinds import Retry, Said, SocketIO, Upload, WebSocket, check_patterns

PLACES: Final = ("json", "sse", "ndjson", "message", "text", "value")
"""Keys of ``reply`` each of which says by itself where the answer is."""
MARKS: Final = ("error", "incomplete", "disclosed", "model", "usage")
"""Keys of ``reply`` about what an answer says beside its text: in a text regular expressions, else JMESPath."""


class Read(Frozen):
    """Where in an answer the text for the user is. JMESPath expressions; for a stream, of each event's data.

    With ``text``, ``error``, ``incomplete``, ``disclosed``, ``model`` and ``usage`` are regular expressions, in any
    case.
    """

    json_: str | None = Field(default=None, alias="json")
    """JMESPath to the reply's text in a JSON body."""
    sse: str | None = None
    """The answer is a stream of server-sent events; JMESPath to the piece of text in an event's JSON data."""
    ndjson: str | None = None
    """The answer is a stream of JSON documents, one a line; JMESPath to the piece of text in each."""
    message: str | None = None
    """Over a WebSocket or Socket.IO: JMESPath to the piece of text in a message."""
    cumulative: bool = False
    """Each event, line or message repeats the text from its beginning."""
    text: bool = False
    """The whole body is the reply, as it arrives."""
    value: str | None = None
    """JMESPath to what must be there in a JSON body, where the answer is no text: an image, a vector."""
    error: str | None = None
    """An error that the application shows in the same place: JMESPath, or a regular expression in a text."""
    incomplete: str | None = None
    """Where it is true, the application says itself that the answer broke off: JMESPath, or a regular expression."""
    restart: str | None = None
    """JMESPath; where it is true in an event of a stream, the text so far is discarded and the answer begins again."""
    disclosed: str | None = None
    """Where it is true, the application says that another than its usual model answered: JMESPath, or an expression."""
    model: str | None = None
    """The name of the model that the application shows: JMESPath, or an expression, whose first group it is."""
    usage: str | None = None
    """The tokens that it shows or bills for the answer, those out or all of them: as ``model``."""

    @model_validator(mode="after")
    def _patterns_can_be_read(self) -> Self:
        if self.text:
            check_patterns(**{key: getattr(self, key) for key in MARKS})
        return self


class Step(Frozen):
    """One HTTP request of a journey, or one message on WhatsApp, over a WebSocket or over Socket.IO.

    Texts are jinja2 templates that know user, phone, iteration, turn, canary, message, key, attempt, and what earlier
    steps kept.
    """

    name: str = Field(max_length=LONGEST_NAME)
    get: str | None = None
    post: str | None = None
    put: str | None = None
    delete: str | None = None
    whatsapp: Said | None = None
    """Written on WhatsApp instead: a question to the model, whose answer is the message that comes back."""
    websocket: WebSocket | None = None
    """Sent over a WebSocket of the application's; what comes back is the answer."""
    socketio: SocketIO | None = None
    """Emitted over Socket.IO; what comes back is the answer."""
    json_: Any = Field(default=None, alias="json")
    form: dict[str, Any] | None = None
    """Sent as a page's form without files; a list is a field that comes more than once."""
    multipart: dict[str, str | Upload] | None = None
    """Sent as a form with files: texts, and files by ``{file: photo.jpg}``."""
    headers: dict[str, str] = Field(default_factory=dict)
    until: str | None = None
    """JMESPath in a JSON answer: the request is made again until it is true, or patience ends."""
    every: Seconds = 0.5
    """Pause before it is made again."""
    reply: Read | None = None
    """How to read the answer; a step with one is a question to the model."""
    instead_of: str | None = None
    """Taken only where the latest turn of that step brought no whole answer: another channel."""
    keep: dict[str, str] = Field(default_factory=dict)
    """Names for values of a JSON answer (JMESPath), for later templates."""
    repeat: int = Field(default=1, ge=1, le=100)
    """Turns: each has its own canary."""
    think: Seconds = 0.0
    """Pause before each turn."""
    retry: Retry | None = None
    """Where a turn goes wrong the user sends the same again: so many times at most, after a pause."""

    @model_validator(mode="after")
    def _one_verb(self) -> Self:
        http = [verb for verb in (self.get, self.post, self.put, self.delete) if verb is not None]
        others = [kind for kind in (self.whatsapp, self.websocket, self.socketio) if kind is not None]
        if len(http) + len(others) != 1:
            kinds = "get, post, put, delete with a path, or whatsapp, websocket, socketio"
            raise ValueError(f"step {self.name!r} needs exactly one of {kinds}")
        bodies = [body for body in (self.json_, self.form, self.multipart) if body is not None]
        if len(bodies) > 1:
            raise ValueError(f"step {self.name!r}: json, form and multipart are bodies, and a request has one")
        if not http and (bodies or self.until):
            raise ValueError(f"step {self.name!r}: json, form, multipart and until are of HTTP requests only")
        if self.whatsapp and (self.headers or self.reply or self.keep):
            raise ValueError(f"step {self.name!r}: json, headers, reply and keep are of HTTP requests, not of whatsapp")
        return self

    @property
    def asks(self) -> bool:
        """Whether it is a question to the model."""
        return self.reply is not None or self.whatsapp is not None

    @property
    def request(self) -> tuple[str, str]:
        """Method and path template, of a step that is an HTTP request."""
        for method in ("get", "post", "put", "delete"):
            path = getattr(self, method)
            if path is not None:
                return method.upper(), path
        raise AssertionError("checked by _one_verb")
