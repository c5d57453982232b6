"""What a turn was for its user, on whichever channel: the reading, what the answer still knows, and the row."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from brownout.calls import canary
from brownout.calls.whose import kept_of
from brownout.events import JourneyStep
from brownout.leaks import redact
from brownout.load.came import paths_of
from brownout.load.channel import Taken
from brownout.load.patterns import TookTooLong
from brownout.load.reading import Known, Reading, Received, reading_of
from brownout.load.recall import Recall, recall
from brownout.load.scene import Scene
from brownout.load.shown_reply import ShownReply, find
from brownout.load.templates import NameMissing
from brownout.mistakes import NOT_ASKED, NOT_FILLED, NOT_KEPT, NOT_READ
from brownout.profile import Step


@dataclass(frozen=True)
class Begun:
    """A step that a user takes: at ``t`` in monotonic seconds, with this canary in its words, or none.

    ``lead`` is how many seconds before the step itself its question was asked.
    """

    step: Step
    turn: int
    t: float
    mark: str | None
    lead: float = 0.0


def read(
    scene: Scene, received: Received, reply: ShownReply, names: Mapping[str, Any], sent: Iterable[str] = ()
) -> Reading:
    """What an answer to what was ``sent`` was for the user.

    One that tells of the channel's end, and answers nothing, is no half answer.
    """

    def own() -> Iterator[str]:
        yield from sent
        yield from map(str, (*names.values(), *scene.from_answers.values()))
        yield scene.browser.cookies(scene.part.address)

    hide = (names["message"], json.dumps(names["message"])[1:-1], scene.part.address)
    known = None if scene.part.keys is None else Known(scene.part.keys, own)
    reading = reading_of(received, reply, sentinel=scene.part.sentinel, now=time.time(), hide=hide, known=known)
    told = scene.part.tells_of_the_end(reply.text) and canary.find(reply.text) is None
    if reading.outcome == "half" and told:
        return replace(reading, outcome="error", detail="told of the channel's end in the place of an answer")
    return reading


def known_by(scene: Scene, reading: Reading, reply: ShownReply, mark: str | None) -> Recall:
    """What a whole answer knows; from then on its question belongs to the conversation."""
    if reading.outcome != "ok" or reply.read is None or not scene.part.sentinel:
        return Recall()
    known = recall(reply.text, scene.conversation.answered, scene.person.marks)
    if mark is not None:
        scene.conversation.answer(mark)
    return known


def follow_on(scene: Scene, begun: Begun) -> Begun:
    """A step that reads the answer to what an earlier one said is that question, asked when those words were said."""
    question = scene.waiting
    if question is None or not begun.step.asks:
        return begun
    return replace(begun, t=question.t, mark=question.canary, lead=begun.t - question.t)


def keep(scene: Scene, step: Step, document: Any) -> list[str]:
    """Keep the values of an answer that later templates name; the expressions that led nowhere."""
    nowhere = []
    for name, expression in step.keep.items():
        value = find(expression, document)
        if value is not None:
            scene.from_answers[name] = value
        else:
            nowhere.append(expression)
    return nowhere


def not_kept(reading: Reading, nowhere: list[str], document: Any) -> Reading:
    """The reading, which says so where an answer that is JSON had nothing to keep."""
    if not nowhere or document is None or reading.outcome != "ok":
        return reading
    return replace(reading, detail=redact(f"{NOT_KEPT}: {nowhere[0]}"), paths=paths_of(document))


def not_asked(scene: Scene, begun: Begun, why: ValueError) -> Taken:
    """A step that could not be filled in: for want of an earlier answer, or by the profile's own doing.

    The latter is no question: nobody asked the application for anything.
    """
    ours = not isinstance(why, NameMissing)
    reading = Reading("error", [], redact(f"{NOT_FILLED if ours else NOT_ASKED}: {why}", known=scene.part.keys))
    begun = replace(begun, mark=None) if ours else begun
    row = row_of(scene, begun, Received("cut", duration=0.0), reading, ShownReply(begun.step.reply))
    return Taken(replace(row, asks=row.asks and not ours), asked=False)


def not_read(scene: Scene, step: Step, turn: int, t: float, why: TookTooLong) -> Taken:
    """A step whose answer the profile searches without end. Nobody knows what came, so it was no question."""
    reading = Reading("error", [], redact(f"{NOT_READ}: {why}"))
    row = row_of(scene, Begun(step, turn, t, None), Received("cut", duration=0.0), reading, ShownReply(None))
    return Taken(replace(row, asks=False), asked=False)


def not_looked(scene: Scene, what: str, why: ValueError | TookTooLong) -> JourneyStep:
    """The row of a look that the profile does not say in a way that could be taken."""
    step, t = Step(name=what, get="/"), time.monotonic()
    if isinstance(why, TookTooLong):
        return not_read(scene, step, 0, t, why).row
    return not_asked(scene, Begun(step, 0, t, None), why).row


def row_of(
    scene: Scene, begun: Begun, received: Received, reading: Reading, reply: ShownReply, trace: str | None = None
) -> JourneyStep:
    """The row of a turn; the iteration adds the channel, and whether the user was told of its end before."""
    step, lead = begun.step, begun.lead
    return JourneyStep(
        t=begun.t,
        **scene.who,
        turn=begun.turn,
        step=step.name,
        canary=begun.mark,
        asks=step.asks,
        outcome=reading.outcome,
        status=received.status,
        first_token=None if received.first_text is None else received.first_text + lead,
        duration=received.duration + lead,
        streamed=reply.streamed,
        bytes=len(reply.body),
        digest=reading.digest,
        leaks=reading.leaks,
        acknowledged=received.accepted and begun.mark is not None,
        retry_after=reading.retry_after,
        detail=reading.detail,
        paths=reading.paths,
        told=reading.told,
        disclosed=reading.disclosed,
        model=reading.model,
        usage=reading.usage,
        prints=reading.prints,
        instead_of=step.instead_of,
        sent=lead,
        trace=trace,
        kept=kept_of(scene.from_answers),
    )
