"""Steps whose question and answer are messages on a connection that stays open, whatever carries them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Protocol

from brownout.load.channel import Keys, Taken
from brownout.load.destinations import refuse_astray, sound_headers, url_of
from brownout.load.expressions import jmespath_refusals
from brownout.load.reading import Received
from brownout.load.scene import Scene
from brownout.load.shown_reply import ShownReply, find
from brownout.load.templates import render
from brownout.load.tracing import trace_of, with_trace
from brownout.load.turns import Begun, follow_on, keep, known_by, not_asked, not_kept, read, row_of
from brownout.profile import Step

_TAKEN = 200
"""The status that a message has which was taken: it has none, and only an answer shows it."""
_OLD = 0.001
"""Seconds that a look lasts for what came before the user spoke."""


class Lost(Exception):
    """The connection is gone, or could not be had; why, in words."""


class Unreachable(Lost):
    """Nobody listens."""


class Refused(Lost):
    """The server answered the handshake otherwise."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(f"HTTP {status}")
        self.status, self.headers, self.body = status, headers, body


class Wire(Protocol):
    """An open connection. Every method may raise Lost, and TimeoutError where its time is over."""

    def say(self, what: Any) -> None:
        """Send a message: a text, or whatever this wire makes a message of."""

    def hear(self, within: float) -> str:
        """The next message, as a text, within so many seconds."""

    def close(self) -> None:
        """Leave, without a word of what goes wrong."""


@dataclass(frozen=True)
class Spoken:
    """A step filled in: where to, what is said (None: nothing), and what is said before, once a connection.

    ``auth`` goes with the handshake.

    ``ready`` and ``done`` are JMESPath in messages: that the connection may be used, that the answer is over.
    """

    url: str
    said: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    first: tuple[Any, ...] = ()
    ready: str | None = None
    done: str | None = None
    auth: Any = None

    @property
    def text(self) -> str:
        """All that is sent, but for ``auth``."""
        return json.dumps((self.url, self.said, self.first, dict(self.headers)), ensure_ascii=False)

    def holds(self, text: str) -> bool:
        """Whether the text is somewhere in what is sent."""
        return text in self.text


FillIn = Callable[[Scene, Step, Mapping[str, Any]], Spoken]
Connect = Callable[[Step, Spoken, float], Wire]


class MessageLine:
    """One user's connection: opened with the first step that needs it, and closed with the iteration.

    It is closed too when an answer went wrong, as a page is loaded again: what still comes of it is nobody's answer.
    """

    def __init__(self, fill_in: FillIn, connect: Connect) -> None:
        self._fill_in, self._connect = fill_in, connect
        self._wire: Wire | None = None
        self._trace: str | None = None  # what the latest connection was opened with: all that is said on it shares it

    def take(self, scene: Scene, step: Step, turn: int) -> Taken:
        """Say something, and hear the answer to its end."""
        mark = scene.mark(turn)
        begun = Begun(step, turn, time.monotonic(), mark)
        try:
            names = scene.names(turn, mark)
            spoken = self._fill_in(scene, step, names)
        except ValueError as error:
            return not_asked(scene, follow_on(scene, begun), error)
        own = mark if spoken.holds(mark) else None
        if own is not None:
            scene.post(own)
        else:
            begun = follow_on(scene, replace(begun, mark=None))
        spoken = replace(spoken, headers=with_trace(scene, step, turn, begun.mark, spoken.headers))
        reply = ShownReply(step.reply)
        heard = _Heard(time.monotonic(), _missing(scene, step))
        received = self._exchange(scene, step, spoken, reply, heard)
        reply.close()
        reading = not_kept(
            read(scene, received, reply, names, (spoken.text, str(spoken.auth))), heard.nowhere, heard.document
        )
        if reading.outcome != "ok" or reply.incomplete:
            self._leave()
        acknowledged = own is not None and reading.outcome == "ok" and step.reply is not None
        if own is not None and acknowledged:
            scene.person.accepted.add(own)
        known = known_by(scene, reading, reply, begun.mark)
        row = row_of(scene, begun, received, reading, reply, self._trace)
        status = None if received.status == _TAKEN else received.status
        told = scene.part.tells_of_the_end(reply.text)
        row = replace(row, **vars(known), status=status, streamed=spoken.done is not None, noticed=told)
        return Taken(replace(row, acknowledged=acknowledged))

    def _exchange(self, scene: Scene, step: Step, spoken: Spoken, reply: ShownReply, heard: _Heard) -> Received:
        began, patience = heard.began, scene.part.patience
        try:
            self._talk(scene, step, spoken, reply, heard)
        except TimeoutError:
            why = f"no end after {patience:g} s"
            return Received("hung", patience, heard.status, why=why, first_text=heard.first_text)
        except Refused as refused:
            reply.body += refused.body
            headers = {name.lower(): value for name, value in refused.headers.items()}
            return Received("whole", time.monotonic() - began, refused.status, headers)
        except Unreachable as error:
            return Received("unreachable", time.monotonic() - began, why=str(error))
        except Lost as error:
            return Received("cut", time.monotonic() - began, heard.status, why=str(error), first_text=heard.first_text)
        return Received("whole", time.monotonic() - began, _TAKEN, first_text=heard.first_text)

    def _talk(self, scene: Scene, step: Step, spoken: Spoken, reply: ShownReply, heard: _Heard) -> None:
        until = heard.began + scene.part.patience
        if self._wire is not None and spoken.said is not None and not _still_there(self._wire):
            self._leave()  # it was ended while nothing was asked, and a page connects again
        wire = self._wire or self._open(step, spoken, until)
        heard.status = _TAKEN
        if spoken.said is not None:
            wire.say(spoken.said)
        while step.reply is not None:
            value = reply.hear(wire.hear(_left(until)))
            heard.looked_at(value, keep(scene, step, value))
            if reply.begun and heard.first_text is None:
                heard.first_text = time.monotonic() - heard.began
            if _over(spoken, value, reply):
                return

    def _open(self, step: Step, spoken: Spoken, until: float) -> Wire:
        self._trace = trace_of(spoken.headers)
        self._wire = wire = self._connect(step, spoken, _left(until))
        for message in spoken.first:
            wire.say(message)
        while spoken.ready and not find(spoken.ready, _value(wire.hear(_left(until)))):
            pass
        return wire

    def hear(self, scene: Scene) -> bool:
        """What comes unasked is heard with the next answer."""
        return False

    def close(self, scene: Scene, turns: int) -> None:
        self._leave()

    def look_once_more(self, scene: Scene) -> None:
        """Nothing is looked at: the connection is closed by then."""

    def _leave(self) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire = None


class MessageChannel:
    """What ``Channel`` asks alike of all that carry messages; ``kind`` is the key of their steps in a profile."""

    kind: ClassVar[str]

    def owns(self, step: Step) -> bool:
        return getattr(step, self.kind) is not None

    def column(self, step: Step) -> str:
        return self.kind

    def names(self, place: int, number: int) -> Mapping[str, str]:
        return {}


@dataclass
class _Heard:
    """How far an answer has come: when it was asked for, by the clock, and its first text, in seconds from then.

    ``nowhere`` are the expressions that led to nothing to keep in any message, ``document`` the last that is JSON.
    """

    began: float
    nowhere: list[str]
    document: Any = None
    first_text: float | None = None
    status: int | None = None

    def looked_at(self, value: Any, nowhere: list[str]) -> None:
        """A message came, in which these expressions led to nothing."""
        self.nowhere = [expression for expression in self.nowhere if expression in nowhere]
        self.document = value if isinstance(value, dict | list) else self.document


def _missing(scene: Scene, step: Step) -> list[str]:
    """The expressions of what is still to be kept: a server may say once a connection what a later turn needs."""
    return [expression for name, expression in step.keep.items() if name not in scene.from_answers]


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _still_there(wire: Wire) -> bool:
    """Hear out what came before the user speaks; whether the connection is still open."""
    try:
        while True:
            wire.hear(_OLD)
    except TimeoutError:
        return True
    except Lost:
        return False


def _value(message: str) -> Any:
    try:
        return json.loads(message)
    except (ValueError, RecursionError):
        return message


def _over(spoken: Spoken, value: Any, reply: ShownReply) -> bool:
    """Whether the answer is over: it says so, or that it broke off, or it has its text where it is one message."""
    if (reply.error or reply.incomplete) and (reply.read is None or reply.read.restart is None):
        return True
    return bool(find(spoken.done, value)) if spoken.done is not None else reply.begun


def address_of(scene: Scene, connect: str, names: Mapping[str, Any]) -> str:
    """The whole URL of what a step connects to. Raises ValueError where that is not the application."""
    address = scene.part.address
    return url_of(address, refuse_astray(address, connect, str(render(connect, names))))


def with_cookies(scene: Scene, url: str, headers: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a handshake, with what the user's browser sends there."""
    cookies = scene.browser.cookies(url.replace("ws", "http", 1) if url.startswith("ws") else url)
    return {**({"Cookie": cookies} if cookies else {}), **sound_headers(headers)}


def flaws(step: Step, kind: str, expressions: Mapping[str, str | None]) -> Iterator[tuple[Keys, str]]:
    """What is wrong with a step of this kind: its expressions, and a reply that is of something else."""
    for name, expression in expressions.items():
        yield from (((kind, name), why) for _, why in jmespath_refusals(expression, (kind, name)))
    if step.reply is not None and step.reply.message is None and not step.reply.text:
        yield ("reply",), f"the reply of a {kind} step is message (where the text is in each), or text: true"


def lack(library: str, what: str) -> str | None:
    """The library that is not installed, as the rest of "journey ask …"."""
    from importlib.util import find_spec

    if find_spec(library.partition(" ")[0]) is not None:
        return None
    return f"talks over {what}, and {library.rpartition(' ')[2]} is not installed; pip install 'brownout[engine]'"
