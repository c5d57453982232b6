"""Questions to an application, over HTTP as a user of a drill sends them, and what came back."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode, urlsplit

from brownout.calls import canary
from brownout.load.templates import render
from brownout.profile import Journey, Step
from brownout.scaffold.locate import Reply, locate
from brownout.scaffold.opening import id_in
from brownout.scaffold.request import Opening, Request

PATIENCE = 30.0
"""Seconds for the first byte of an answer; a framework that compiles its pages when asked takes some."""
MOST_READ = 2_000_000
_ACCEPT = "text/event-stream, application/json;q=0.9, */*;q=0.5"
_MOVED = (307, 308)
_MISSING = (404, 405)
MOST_QUESTIONS = 16
LONGEST = 120.0
"""Seconds for all questions."""


@dataclass(frozen=True)
class Came:
    """An answer to a request that bore this canary. ``status`` 0: there was none, and ``why`` says so in words."""

    request: Request
    canary: str
    status: int = 0
    kind: str = ""
    body: bytes = b""
    why: str = ""

    @property
    def taken(self) -> bool:
        """Whether the application took the request for one that it can answer."""
        return 200 <= self.status < 300

    @property
    def reply(self) -> Reply | None:
        """Where in the answer the model's words are, as a profile says it; None where that does not show."""
        return locate(self.kind, self.body) if self.taken else None

    @property
    def in_words(self) -> str:
        """What came, for people: short, and without more than the beginning of a body."""
        if self.status == 0:
            return f"{self.request.in_words}: {self.why}"
        shown = " ".join(self.body[:300].decode("utf-8", "replace").split())
        return f"{self.request.in_words}: HTTP {self.status}{f', {shown}' if shown else ', nothing in it'}"


def question(number: int) -> dict[str, Any]:
    """What the templates of a step know, for the question of this number."""
    mark = canary.make(1, "init", 1, number, 0)
    message = render(Journey(steps=(Step(name="ask", get="/"),)).message, {"canary": mark})
    names = {"user": 1, "phone": "999010000001", "journey": "chat", "iteration": number, "turn": 0, "attempt": 0}
    return {**names, "canary": mark, "message": message, "key": f"init-{number}"}


def ask_all(url: str, requests: tuple[Request, ...], stop: Callable[[Came | None], bool]) -> list[Came]:
    """Send one request after the other until the words are found in an answer; what came, the last one first.

    A path that is not there is not asked again. Ends after so many questions, after so long, and when ``stop`` says so,
    which is told what came last.
    """
    answers: list[Came] = []
    missing, until = set[str](), time.monotonic() + LONGEST
    for number, request in enumerate(requests):
        if stop(answers[0] if answers else None) or len(answers) >= MOST_QUESTIONS or time.monotonic() > until:
            break
        if request.path in missing or request in requests[:number]:
            continue
        came = ask(url, request, len(answers))
        answers.insert(0, came)
        missing |= {request.path} if came.status in _MISSING else set()
        if came.reply is not None:
            break
    return answers


def ask(url: str, request: Request, number: int) -> Came:
    """Send a request to the application at this address, after the one that opens its way where it needs that.

    A redirect that keeps the method is followed once, where the path is written down as such.
    """
    if request.opening is not None:
        return _ask_after(url, request, request.opening, number)
    came, moved = _send(url, request, number)
    path = urlsplit(moved).path
    return _send(url, replace(request, path=path), number)[0] if came.status in _MOVED and path else came


def _ask_after(url: str, request: Request, opening: Opening, number: int) -> Came:
    first, _ = _send(url, Request(opening.path, opening.body), number)
    answered = id_in(first.body, opening.name) if first.taken else None
    if answered is None:
        nothing = f", and nothing in it sounds like {opening.name}" if first.taken else ""
        return Came(request, first.canary, why=f"before it, {first.in_words}{nothing}")
    place, value = answered
    told = replace(request, opening=replace(opening, place=place))
    return _send(url, told, number, {opening.name: value})[0]


def _send(
    url: str, request: Request, number: int, values: Mapping[str, str] = MappingProxyType({})
) -> tuple[Came, str]:
    """What came, and where else it leads. ``values``: what the templates know besides."""
    names, parts = {**question(number), **values}, urlsplit(url)
    mark = str(names["canary"])
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=PATIENCE)
    try:
        path, body = render(request.path, names), render(request.body, names)
        data, kind = (
            (json.dumps(body), "application/json")
            if request.kind == "json"
            else (urlencode(body), "application/x-www-form-urlencoded")
        )
        headers = {"Content-Type": kind, "Accept": _ACCEPT, "Connection": "close"}
        connection.request("POST", path, data.encode(), headers)
        response = connection.getresponse()
        came = Came(request, mark, response.status, response.getheader("Content-Type", "").lower(), _read(response))
        return came, response.getheader("Location", "")
    except (OSError, ValueError, http.client.HTTPException) as error:  # ValueError: what no request can have
        return Came(request, mark, why=f"no answer ({error})"), ""
    finally:
        connection.close()


def _read(response: http.client.HTTPResponse) -> bytes:
    """The body, as far as anybody reads it; what breaks off is what came."""
    pieces, size, until = [], 0, time.monotonic() + PATIENCE
    while size < MOST_READ and time.monotonic() < until:
        try:
            piece = response.read1(65_536)
        except http.client.IncompleteRead as error:
            piece = error.partial
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def document_at(url: str, path: str) -> dict[str, Any]:
    """The JSON object that an application serves there; an empty one where it serves none."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=5)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        response = connection.getresponse()
        value = json.loads(response.read(MOST_READ)) if response.status == 200 else {}
    except (OSError, ValueError, RecursionError, http.client.HTTPException):
        return {}
    finally:
        connection.close()
    return value if isinstance(value, dict) else {}
