"""One turn of a user on WhatsApp, and the looks at the chat between turns and at the end."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from brownout.events import ChatRead, JourneyStep
from brownout.leaks import redact
from brownout.load.http_channel import Begun, Taken, known_by, not_asked, read, row_of
from brownout.load.reading import Reading, Received
from brownout.load.recall import Recall
from brownout.load.scene import Scene
from brownout.load.shown_reply import ShownReply
from brownout.load.templates import render
from brownout.load.whatsapp import files
from brownout.load.whatsapp.chat import Look
from brownout.profile import Read, Said, Step

UNASKED = "unasked message"
"""Name of the step by which a journal says that a user was told of the channel's end between two steps."""
_TAKEN = 200  # no answer of the application's: what the platform said when it took the message
_TEXT = Read(text=True)


def take(scene: Scene, step: Step, turn: int) -> Taken:
    """Write a step's message, and wait for the answer. Raises ChannelDown."""
    said, chat = step.whatsapp, scene.person.chat
    assert said is not None
    assert chat is not None
    mark = scene.mark(turn)
    begun = Begun(step, turn, time.monotonic(), mark)
    try:
        names = scene.names(turn, mark)
        content = _content(scene, said, names)
    except ValueError as error:
        return not_asked(scene, begun, str(error))
    own = mark if mark in f"{content.get('text')} {content.get('caption')}" else None
    if own is not None and said.to == "business":
        scene.post(own)
    question = chat.write(content, own, said.to)
    look = chat.wait(question, scene.part.patience, scene.person.said)
    received = _received(scene, look, time.monotonic() - begun.t)
    reply = ShownReply(_TEXT)
    reply.feed(look.answer.text.encode("utf-8", "replace") if look.answer else b"")
    reply.close()
    reading = _turned_away(scene, look) or read(scene, received, reply, names)
    row = row_of(scene, replace(begun, mark=own), received, reading, reply)
    arrived = heed(scene, look)
    known = known_by(scene, reading, reply, own) if said.to == "business" else Recall()
    acknowledged = own is not None and own in arrived
    row = replace(row, **vars(known), acknowledged=acknowledged, status=None, streamed=False, noticed=look.told)
    return Taken(row)


def heed(scene: Scene, look: Look) -> list[str]:
    """What the user knows now to have arrived."""
    scene.person.accepted.update(look.arrived)
    return look.arrived


def unasked(scene: Scene) -> bool:
    """Look at what came since the last time; whether it tells of the channel's end. Raises ChannelDown."""
    chat = scene.person.chat
    if chat is None:
        return False
    look = chat.look(scene.person.said)
    heed(scene, look)
    return look.told


def close(scene: Scene, turn: int) -> None:
    """The look at the end of an iteration: one row for what was counted, and one where the user was told just now."""
    if scene.person.chat is None:
        return
    began = time.monotonic()
    if unasked(scene):
        scene.journal.write(_told(scene, turn, began))
    scene.journal.write(ChatRead(t=began, **scene.who, **scene.person.chat.count()))


def last_look(scene: Scene) -> None:
    """The look when the timeline is over: rows only where anything came. Raises ChannelDown."""
    chat = scene.person.chat
    if chat is None:
        return
    began = time.monotonic()
    if unasked(scene):
        scene.journal.write(_told(scene, 0, began))
    counted = chat.count()
    if any(counted.values()):
        scene.journal.write(ChatRead(t=began, **scene.who, **counted))


def _content(scene: Scene, said: Said, names: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = dict(files.content(scene.part.folder, said))
    if said.text is not None:
        content["text"] = str(render(said.text, names))
    if said.image is not None and said.caption:
        content["caption"] = str(render(said.caption, names))
    return content


def _received(scene: Scene, look: Look, duration: float) -> Received:
    if look.answer is None:
        patience = scene.part.patience
        return Received("hung", duration=patience, why=f"no message came within {patience:g} s")
    return Received("whole", duration=duration, status=_TAKEN, first_text=duration)


def _turned_away(scene: Scene, look: Look) -> Reading | None:
    if look.answer is None or look.answer.by != "channel":
        return None
    return Reading("turned_away", [], redact(look.answer.text, hide=(scene.part.address,)))


def _told(scene: Scene, turn: int, at: float) -> JourneyStep:
    return JourneyStep(
        t=at,
        **scene.who,
        turn=turn,
        step=UNASKED,
        canary=None,
        asks=False,
        outcome="ok",
        status=None,
        first_token=None,
        duration=0.0,
        streamed=False,
        bytes=0,
        digest=None,
        channel="whatsapp",
        noticed=True,
    )
