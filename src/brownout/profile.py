"""The app profile, ``brownout.yaml``: how to start, reach and drive an application, and what is expected of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from brownout.config.model import Frozen, PerSecond, Seconds
from brownout.expect import AnyExpect, Confidence, Expectation, Margin, Sampled
from brownout.receiver import Receiver as Receiver
from brownout.rule import Platforms
from brownout.step_kinds import Said as Said
from brownout.step_kinds import SocketIO as SocketIO
from brownout.step_kinds import Upload as Upload
from brownout.step_kinds import WebSocket as WebSocket
from brownout.step_kinds import check_patterns
from brownout.tool_use import Standin


class Start(Frozen):
    """How to start the application.

    In ``command``, ``env`` and ``ready``, ``{port}`` is a free port and ``{scratch}`` a folder of this drill's own,
    at first and gone afterwards: for databases and uploads.
    """

    command: str | tuple[str, ...]
    """Program and arguments; no shell. ``{python}`` is the interpreter that runs brownout."""
    cwd: str = "."
    """Relative to the profile."""
    env: dict[str, str] = Field(default_factory=dict)
    """``{openai_base_url}``, ``{anthropic_base_url}``, ``{proxy_url}`` and ``{ca}`` may be used."""
    ready: str = "/"
    """Path (or URL) that answers below 500 when the application is up."""
    timeout: Seconds = 30.0
    restart: bool = False
    """Started again whenever its process ends, as a supervisor does in production; restarts are counted."""


class Read(Frozen):
    """Where in an answer the text for the user is. JMESPath expressions; for a stream, of each event's data.

    With ``text``, ``error`` and ``incomplete`` are regular expressions, in any case.
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

    @model_validator(mode="after")
    def _patterns_can_be_read(self) -> Self:
        if self.text:
            check_patterns(error=self.error, incomplete=self.incomplete)
        return self


class Step(Frozen):
    """One HTTP request of a journey, or one message on WhatsApp, over a WebSocket or over Socket.IO.

    Texts are jinja2 templates that know user, phone, iteration, turn, canary, message, and what earlier steps kept.
    """

    name: str
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


class History(Frozen):
    """How to read a conversation afterwards."""

    get: str
    messages: str
    """JMESPath to the list of messages, oldest first."""
    role: str = "role"
    text: str = "text"
    incomplete: str | None = None
    """JMESPath in a message: where it is true, the application says itself that this answer broke off, or failed."""
    headers: dict[str, str] = Field(default_factory=dict)
    again: Seconds | None = None
    """Where a message is missing, look once more after so long: what is there then was late, and not lost."""


class Effects(Frozen):
    """How to read what the application did for a user: refunds, orders, mails sent."""

    get: str
    items: str
    """JMESPath to the list of effects."""
    about: str = "for"
    """JMESPath, in an item: a text that holds the user's words, or their canary, that led to it."""
    headers: dict[str, str] = Field(default_factory=dict)


class Journey(Frozen):
    """A user's path through the application."""

    weight: int = Field(default=1, ge=1)
    message: str = "Reference {{ canary }}. Please answer in two sentences: why is the sky blue?"
    """What the user says; must hold the canary."""
    steps: tuple[Step, ...] = Field(min_length=1)
    conversation: Literal["iteration", "user"] = "iteration"
    """What belongs together: what is said in one iteration, or all that a user ever says, as in a messenger."""
    history: History | None = None
    export: History | None = None
    """How to take the conversation away, before a deadline: read like a history."""
    effects: Effects | None = None
    notice: str | None = None
    """Regular expression, in any case: a message with it tells the user that the channel ends, and where to go on."""
    patience: Seconds = 15.0
    """A user gives up a step after this."""

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if "canary" not in self.message:
            raise ValueError("message needs {{ canary }}: it ties a user's experience to the faults injected into it")
        names: set[str] = set()
        for step in self.steps:
            if step.instead_of is not None and step.instead_of not in names:
                known = ", ".join(sorted(names)) or "none"
                raise ValueError(f"step {step.name!r}: instead_of must name an earlier step (there are: {known})")
            names.add(step.name)
        check_patterns(notice=self.notice)
        return self

    @property
    def chats(self) -> bool:
        """Whether its user writes on WhatsApp."""
        return any(step.whatsapp for step in self.steps)


class Load(Frozen):
    """How many users, and how many more while the platform is down."""

    users: int = Field(default=10, ge=1, le=5000)
    arrive: PerSecond = 10.0
    """New users a second."""
    surge: float = Field(default=1.0, ge=0.1, le=100)
    """Factor on users during an outage: people come back to see whether it works."""
    pause: Seconds = 0.5
    """Mean pause of a user between journeys."""


class Profile(Frozen):
    """One application under test."""

    name: str
    start: Start | None = None
    url: str | None = None
    """Where the application is, or will be after ``start``; ``http://127.0.0.1:{port}`` by default."""
    connect: Literal["intercept", "base_url"] = "base_url"
    """How it reaches the platform: through HTTPS_PROXY and the drill's CA, or by base URL."""
    platforms: Platforms = Field(default_factory=dict)
    """More platforms that speak OpenAI's grammar, by the base URL that their clients use."""
    journeys: dict[str, Journey] = Field(default_factory=dict)
    webhooks: dict[Literal["openai", "whatsapp"], Receiver] = Field(default_factory=dict)
    """Where the application takes webhooks, by platform: the stand-in sends them there."""
    locustfile: str | None = None
    """Your own Locust file instead of journeys; relative to the profile."""
    load: Load = Load()
    expect: tuple[Expectation, ...] = ()
    confidence: Confidence | None = None
    """How sure a verdict on a share or a quantile has to be; each expectation may say so for itself. 95% by default."""
    margin: Margin | None = None
    """How far below an objective the truth may be where it held, likewise. 10% by default."""
    upstream: Literal["stand-in", "real"] = "stand-in"
    budget: int | None = Field(default=None, ge=1)
    """With ``upstream: real``: at most so many calls leave for the real platform."""
    standin: Standin = Standin()
    """How the stand-in answers healthy calls."""
    settle: Seconds = 3.0
    """Real seconds after the timeline in which late calls are still attributed."""

    _file: Path | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.start is None and self.url is None:
            raise ValueError("start or url is needed: how to start the application, or where a running one is")
        if not self.journeys and self.locustfile is None:
            raise ValueError("journeys or locustfile is needed: what users do")
        if self.upstream == "real" and self.budget is None:
            raise ValueError("upstream: real needs a budget: the number of calls that may leave for the real platform")
        if self.upstream == "real" and self.standin != Standin():
            raise ValueError("standin: says how the stand-in answers, and with upstream: real nobody asks it")
        others = [
            name
            for name, receiver in self.webhooks.items()
            if name != "whatsapp" and (receiver.phone_number_id or receiver.account_id)
        ]
        if others:
            raise ValueError(f"webhooks: phone_number_id and account_id are WhatsApp's, and not of {others[0]}")
        chats = next((name for name, journey in self.journeys.items() if journey.chats), None)
        if chats is not None and (self.upstream == "real" or "whatsapp" not in self.webhooks):
            raise ValueError(
                f"journey {chats} writes on WhatsApp, and only the stand-in carries that to the application: it needs "
                "webhooks: {whatsapp: …} and upstream: stand-in"
            )
        return self

    @property
    def expected(self) -> tuple[AnyExpect, ...]:
        """What is expected, each with how sure its verdict has to be."""
        own = {"confidence": self.confidence, "margin": self.margin}
        return tuple(
            each.model_copy(update={name: value for name, value in own.items() if getattr(each, name) is None})
            if isinstance(each, Sampled)
            else each
            for each in self.expect
        )

    @property
    def folder(self) -> Path:
        """Paths in the profile are relative to this."""
        return self._file.parent if self._file else Path()
