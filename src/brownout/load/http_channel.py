"""Steps that are HTTP requests: what is sent, what comes back, and what is kept of it for later steps."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from brownout.leaks import redact
from brownout.load.came import paths_of
from brownout.load.channel import Keys, Taken
from brownout.load.reading import Reading
from brownout.load.scene import Outgoing, Part, Scene
from brownout.load.shown_reply import ShownReply, find
from brownout.load.templates import render
from brownout.load.turns import Begun, known_by, not_asked, read, row_of
from brownout.mistakes import NOT_KEPT
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
            outgoing = _fill_in(step, names)
        except ValueError as error:
            return not_asked(scene, begun, str(error))
        own = mark if outgoing.holds(mark) else None
        if own is not None:
            scene.post(own)
        reply = ShownReply(step.reply)
        received = scene.browser.send(outgoing, reply, scene.part.patience)
        reply.close()
        reading = read(scene, received, reply, names)
        if received.accepted:
            reading = _with_what_was_not_kept(reading, _keep(scene, step, reply.document), reply.document)
            scene.person.accepted |= {own} if own is not None else set()
        known = known_by(scene, reading, reply, own)
        row = row_of(scene, replace(begun, mark=own), received, reading, reply)
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
        yield ("json",), step.json_
        yield ("headers",), step.headers

    def flaws(self, step: Step, folder: Path) -> Iterator[tuple[Keys, str]]:
        """A request sends no file, so there is nothing else."""
        return iter(())

    def lack(self, orders: LoadOrders) -> str | None:
        """Orders always say where the application is."""
        return None

    def names(self, place: int, number: int) -> Mapping[str, str]:
        """None: ``user`` is known on every channel."""
        return {}

    def open(self, part: Part, number: int, orders: LoadOrders) -> HttpLine:
        return HttpLine()


def _fill_in(step: Step, names: Mapping[str, Any]) -> Outgoing:
    method, path = step.request
    headers = {"Accept": "text/event-stream" if step.reply and step.reply.sse else "application/json, */*;q=0.5"}
    body = None
    if step.json_ is not None:
        body = json.dumps(render(step.json_, names), ensure_ascii=False).encode("utf-8", "replace")
        headers["Content-Type"] = "application/json"
    headers |= {str(name): str(value) for name, value in render(step.headers, names).items()}
    return Outgoing(method, str(render(path, names)), headers, body)


def _keep(scene: Scene, step: Step, document: Any) -> list[str]:
    """Keeps what the step says, and gives back the expressions that led nowhere."""
    nowhere = []
    for name, expression in step.keep.items():
        value = find(expression, document)
        if value is not None:
            scene.from_answers[name] = value
        else:
            nowhere.append(expression)
    return nowhere


def _with_what_was_not_kept(reading: Reading, nowhere: list[str], document: Any) -> Reading:
    """The reading, which says so where an answer that is JSON had nothing to keep."""
    if not nowhere or document is None or reading.outcome != "ok":
        return reading
    return replace(reading, detail=redact(f"{NOT_KEPT}: {nowhere[0]}"), paths=paths_of(document))
