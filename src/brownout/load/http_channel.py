"""One turn of a user: what is sent, what comes back, and what that was for the user. As an HTTP request."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from brownout.calls import canary
from brownout.events import JourneyStep
from brownout.leaks import redact
from brownout.load.reading import Reading, Received, reading_of
from brownout.load.recall import Recall, recall
from brownout.load.scene import Outgoing, Scene
from brownout.load.shown_reply import ShownReply, find
from brownout.load.templates import render
from brownout.profile import Step


@dataclass(frozen=True)
class Taken:
    """A step taken once. ``asked`` is False where it could not even be asked, for want of an earlier answer."""

    row: JourneyStep
    asked: bool = True


@dataclass(frozen=True)
class Begun:
    """A step that a user takes: at ``t``, with this canary in its words, or none."""

    step: Step
    turn: int
    t: float
    mark: str | None


def take(scene: Scene, step: Step, turn: int) -> Taken:
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
        _keep(scene, step, reply.document)
        scene.person.accepted |= {own} if own is not None else set()
    known = known_by(scene, reading, reply, own)
    row = row_of(scene, replace(begun, mark=own), received, reading, reply)
    return Taken(replace(row, **vars(known), noticed=scene.part.tells_of_the_end(reply.text)))


def read(scene: Scene, received: Received, reply: ShownReply, names: Mapping[str, Any]) -> Reading:
    """What an answer was for the user; one that tells of the channel's end, and answers nothing, is no half answer."""
    hide = (names["message"], json.dumps(names["message"])[1:-1], scene.part.address)
    reading = reading_of(received, reply, sentinel=scene.part.sentinel, now=time.time(), hide=hide)
    told = scene.part.tells_of_the_end(reply.text) and canary.find(reply.text) is None
    if reading.outcome == "half" and told:
        return replace(reading, outcome="error", detail="told of the channel's end in the place of an answer")
    return reading


def known_by(scene: Scene, reading: Reading, reply: ShownReply, mark: str | None) -> Recall:
    """What a whole answer knows; from then on its question belongs to the conversation."""
    if reading.outcome != "ok" or reply.read is None or not scene.part.sentinel:
        return Recall()
    known = recall(reply.text, scene.conversation.answered, scene.person.said)
    if mark is not None:
        scene.conversation.answer(mark)
    return known


def not_asked(scene: Scene, begun: Begun, why: str) -> Taken:
    """A step that could not be filled in."""
    reading = Reading("error", [], redact(f"could not be asked, for want of an earlier step's answer: {why}"))
    row = row_of(scene, begun, Received("cut", duration=0.0), reading, ShownReply(begun.step.reply))
    return Taken(row, asked=False)


def row_of(scene: Scene, begun: Begun, received: Received, reading: Reading, reply: ShownReply) -> JourneyStep:
    """The row of an HTTP turn."""
    step = begun.step
    return JourneyStep(
        t=begun.t,
        **scene.who,
        turn=begun.turn,
        step=step.name,
        canary=begun.mark,
        asks=step.asks,
        outcome=reading.outcome,
        status=received.status,
        first_token=received.first_text,
        duration=received.duration,
        streamed=reply.streamed,
        bytes=len(reply.body),
        digest=reading.digest,
        leaks=reading.leaks,
        acknowledged=received.accepted and begun.mark is not None,
        retry_after=reading.retry_after,
        detail=reading.detail,
        channel=_channel(step),
        instead_of=step.instead_of,
    )


def _channel(step: Step) -> str:
    if step.whatsapp is None:
        return "http"
    return "whatsapp" if step.whatsapp.to == "business" else step.whatsapp.to


def _fill_in(step: Step, names: Mapping[str, Any]) -> Outgoing:
    method, path = step.request
    headers = {"Accept": "text/event-stream" if step.reply and step.reply.sse else "application/json, */*;q=0.5"}
    body = None
    if step.json_ is not None:
        body = json.dumps(render(step.json_, names), ensure_ascii=False).encode("utf-8", "replace")
        headers["Content-Type"] = "application/json"
    headers |= {str(name): str(value) for name, value in render(step.headers, names).items()}
    return Outgoing(method, str(render(path, names)), headers, body)


def _keep(scene: Scene, step: Step, document: Any) -> None:
    for name, expression in step.keep.items():
        value = find(expression, document)
        if value is not None:
            scene.kept[name] = value
