"""Steps that are messages on WhatsApp: a turn of a user, and the looks at the chat between turns and at the end."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from brownout.config.units import in_words
from brownout.events import ChatRead, JourneyStep
from brownout.leaks import redact
from brownout.load.channel import ChannelDown, Keys, Taken
from brownout.load.reading import Reading, Received
from brownout.load.recall import Recall
from brownout.load.scene import Part, Scene
from brownout.load.shown_reply import ShownReply
from brownout.load.templates import render
from brownout.load.turns import Begun, known_by, not_asked, read, row_of
from brownout.load.whatsapp import files
from brownout.load.whatsapp.belonging import Question
from brownout.load.whatsapp.chat import Chat, Look
from brownout.load.whatsapp.phone import Telephone, digits
from brownout.orders import LoadOrders
from brownout.profile import Read, Said, Step

UNASKED = "unasked message"
"""Name of the step by which a journal says that a user was told of the channel's end between two steps."""
_TAKEN = 200  # no answer of the application's: what the platform said when it took the message


class WhatsAppLine:
    """A user's chat with the business and with the channel's own assistant."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def take(self, scene: Scene, step: Step, turn: int) -> Taken:
        """Write a step's message, and wait for the answer."""
        message = _message_of(step)
        mark = scene.mark(turn)
        begun = Begun(step, turn, time.monotonic(), mark)
        try:
            names = scene.names(turn, mark)
            content = _content(scene, message, names)
        except ValueError as error:
            return not_asked(scene, begun, error)
        own = mark if mark in f"{content.get('text')} {content.get('caption')}" else None
        if own is not None and message.to == "business":
            scene.post(own)
        question = self._chat.write(content, own, message.to)
        look = self._chat.wait(question, scene.part.patience, scene.person.marks)
        return _taken(scene, replace(begun, mark=own), question, look, names)

    def hear(self, scene: Scene) -> bool:
        look = self._chat.look(scene.person.marks)
        scene.person.accepted.update(look.arrived)
        return look.told

    def close(self, scene: Scene, turns: int) -> None:
        """One row for what was counted, and one where the user was told just now."""
        self._write_what_came(scene, turns, always=True)

    def look_once_more(self, scene: Scene) -> None:
        self._write_what_came(scene, 0, always=False)

    def _write_what_came(self, scene: Scene, turn: int, *, always: bool) -> None:
        began = time.monotonic()
        if self.hear(scene):
            scene.journal.write(_told(scene, turn, began))
        counted = self._chat.count()
        if always or any(counted.values()):
            scene.journal.write(ChatRead(t=began, **scene.who, **counted))


class WhatsAppChannel:
    """Messages to the stand-in, which plays WhatsApp and carries them to the application."""

    def owns(self, step: Step) -> bool:
        return step.whatsapp is not None

    def column(self, step: Step) -> str:
        """The channel, or its own assistant where that is asked."""
        to = _message_of(step).to
        return "whatsapp" if to == "business" else to

    def templates(self, step: Step) -> Iterator[tuple[Keys, Any]]:
        message = _message_of(step)
        yield ("whatsapp", "text"), message.text
        yield ("whatsapp", "caption"), message.caption

    def flaws(self, step: Step, folder: Path) -> Iterator[tuple[Keys, str]]:
        """A file that cannot be sent, and a message that would not be the same if it were sent again."""
        if step.retry is not None:
            text = "retry is not of whatsapp: what is written there once more is another message, with an id of its own"
            yield ("retry",), f"{text}; give the journey a second turn instead (repeat)"
        flaw = files.flaw(folder, _message_of(step))
        if flaw is not None:
            yield ("whatsapp",), flaw

    def lack(self, orders: LoadOrders) -> str | None:
        """What the orders lack: the address of the stand-in, where people on WhatsApp live."""
        if orders.standin is not None:
            return None
        return "writes on WhatsApp, and the orders do not say where the stand-in is (standin)"

    def names(self, place: int, number: int) -> Mapping[str, str]:
        """The user's telephone number, for requests too: an application may know the same person by it."""
        return {"phone": digits(place, number)}

    def open(self, part: Part, number: int, orders: LoadOrders) -> WhatsAppLine:
        """As ``Channel``; the stand-in is there once the timeline begins."""
        return WhatsAppLine(
            Chat(Telephone(_standin(orders), digits(part.place, number), orders.standin_token), part.tells_of_the_end)
        )


def _message_of(step: Step) -> Said:
    assert step.whatsapp is not None
    return step.whatsapp


def _standin(orders: LoadOrders) -> str:
    try:
        return orders.standin.read_text(encoding="ascii").strip() if orders.standin is not None else ""
    except OSError as error:
        raise ChannelDown(f"nobody said where the stand-in is: {orders.standin}: {error.strerror}") from None


def _taken(scene: Scene, begun: Begun, question: Question, look: Look, names: Mapping[str, Any]) -> Taken:
    """What became of a question: what the user got, and how it is judged."""
    received = _received(scene, look, time.monotonic() - begun.t)
    message = _message_of(begun.step)
    reply = ShownReply(Read(text=True, error=message.error, incomplete=message.incomplete))
    reply.feed(look.answer.text.encode("utf-8", "replace") if look.answer else b"")
    reply.close()
    reading = _turned_away(scene, look) or read(scene, received, reply, names)
    row = row_of(scene, begun, received, reading, reply)
    scene.person.accepted.update(look.arrived)
    known = known_by(scene, reading, reply, begun.mark) if question.to == "business" else Recall()
    acknowledged = begun.mark is not None and begun.mark in look.arrived
    row = replace(row, **vars(known), acknowledged=acknowledged, status=None, streamed=False, noticed=look.told)
    return Taken(row)


def _content(scene: Scene, message: Said, names: Mapping[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = dict(files.content(scene.part.folder, message))
    if message.text is not None:
        content["text"] = str(render(message.text, names))
    if message.image is not None and message.caption:
        content["caption"] = str(render(message.caption, names))
    return content


def _received(scene: Scene, look: Look, duration: float) -> Received:
    if look.answer is None:
        patience = scene.part.patience
        return Received("hung", duration=patience, why=f"no message came within {in_words(patience)}")
    return Received("whole", duration=duration, status=_TAKEN, first_text=duration)


def _turned_away(scene: Scene, look: Look) -> Reading | None:
    if look.answer is None or look.answer.by != "channel":
        return None
    return Reading("turned_away", [], redact(look.answer.text, hide=(scene.part.address,), known=scene.part.keys))


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
