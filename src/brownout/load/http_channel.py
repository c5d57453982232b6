"""Steps that are HTTP requests: what is sent, what comes back, and what is kept of it for later steps."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from brownout.load import bodies
from brownout.load.channel import Keys, Taken
from brownout.load.destinations import refuse_astray, sound_headers
from brownout.load.lines import LINES
from brownout.load.reading import Received
from brownout.load.scene import Outgoing, Part, Scene
from brownout.load.shown_reply import ShownReply, find
from brownout.load.templates import render
from brownout.load.tracing import trace_of, with_trace
from brownout.load.turns import Begun, follow_on, keep, known_by, not_asked, not_kept, read, row_of
from brownout.orders import LoadOrders
from brownout.profile import Step


class HttpLine:
    """A user's HTTP requests. It keeps nothing: cookies are the browser's, and nothing ever comes unasked."""

    def take(self, scene: Scene, step: Step, turn: int) -> Taken:
        """Send a step's request, and read the answer."""
        mark = scene.mark(turn)
        begun = Begun(step, turn, time.monotonic(), mark)
        try:
            names = scene.names(turn, mark)
            outgoing = _fill_in(step, names, scene.part)
        except ValueError as error:
            return not_asked(scene, follow_on(scene, begun), error)
        own = mark if outgoing.holds(mark) else None
        if own is not None:
            scene.post(own)
        else:
            begun = follow_on(scene, replace(begun, mark=None))
        outgoing = replace(outgoing, headers=with_trace(scene, step, turn, begun.mark, outgoing.headers))
        received, reply = _exchange(scene, step, outgoing)
        nowhere = keep(scene, step, reply.document) if received.accepted else []
        reading = not_kept(read(scene, received, reply, names, outgoing.texts), nowhere, reply.document)
        if received.accepted:
            scene.person.accepted |= {own} if own is not None else set()
        known = known_by(scene, reading, reply, begun.mark)
        row = row_of(scene, begun, received, reading, reply, trace_of(outgoing.headers))
        return Taken(replace(row, **vars(known), noticed=scene.part.tells_of_the_end(reply.text)))

    def hear(self, scene: Scene) -> bool:
        """Nothing comes unasked over HTTP: there is never anything to hear."""
        return False

    def close(self, scene: Scene, turns: int) -> None:
        """An HTTP conversation leaves nothing open and nothing to count."""

    def look_once_more(self, scene: Scene) -> None:
        """There is nothing to look at."""


class HttpChannel:
    """Requests to the application's own address, or to any other."""

    def owns(self, step: Step) -> bool:
        return any(path is not None for path in (step.get, step.post, step.put, step.delete))

    def column(self, step: Step) -> str:
        return "http"

    def templates(self, step: Step) -> Iterator[tuple[Keys, Any]]:
        method, path = step.request
        yield (method.lower(),), path
        yield from bodies.templates(step)
        yield ("headers",), step.headers

    def flaws(self, step: Step, folder: Path) -> Iterator[tuple[Keys, str]]:
        """A file that cannot be sent, and a reply that is of something else."""
        yield from bodies.flaws(step, folder)
        if step.reply is not None and step.reply.message is not None:
            text = "message is of websocket and socketio; an answer over HTTP is json, sse, ndjson or text"
            yield ("reply", "message"), text

    def lack(self, orders: LoadOrders) -> str | None:
        """Orders always say where the application is."""
        return None

    def names(self, place: int, number: int) -> Mapping[str, str]:
        """None: ``user`` is known on every channel."""
        return {}

    def open(self, part: Part, number: int, orders: LoadOrders) -> HttpLine:
        return HttpLine()


def _fill_in(step: Step, names: Mapping[str, Any], part: Part) -> Outgoing:
    method, path = step.request
    body, kind = bodies.body_of(step, names, part.folder)
    headers = {"Accept": _accept(step), **({"Content-Type": kind} if kind else {})}
    headers |= sound_headers(render(step.headers, names))
    return Outgoing(method, refuse_astray(part.address, path, str(render(path, names))), headers, body)


def _accept(step: Step) -> str:
    if step.reply and step.reply.sse:
        return "text/event-stream"
    lines = f"{LINES}, application/json;q=0.9" if step.reply and step.reply.ndjson else "application/json"
    return f"{lines}, */*;q=0.5"


def _exchange(scene: Scene, step: Step, outgoing: Outgoing) -> tuple[Received, ShownReply]:
    """What came: at once, or, of a step that looks again until something is so, at the last look."""
    began, before, patience = time.monotonic(), 0.0, scene.part.patience
    while True:
        reply = ShownReply(step.reply)
        received = scene.browser.send(outgoing, reply, patience - before)
        reply.close()
        first = None if received.first_text is None else before + received.first_text
        received = replace(received, duration=before + received.duration, first_text=first)
        over = not received.accepted or received.ending != "whole"
        if step.until is None or over or find(step.until, reply.document):
            return received, reply
        if received.duration + step.every >= patience:
            why = f"{step.until} was not so within {patience:g} s"
            return Received("hung", patience, received.status, received.headers, why), reply
        scene.browser.pause(step.every)
        before = time.monotonic() - began
