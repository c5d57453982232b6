"""Looking again at what was said and done: the history, the export, the effects."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from brownout.calls import canary
from brownout.events import EffectsRead, ExportRead, HistoryRead, LookBefore
from brownout.leaks import redact
from brownout.load.app_effects import Ends, causes_in, effects_of, ends_of
from brownout.load.destinations import refuse_astray, sound_headers
from brownout.load.history import Asked, Comparison, Message, compare, messages_in
from brownout.load.reading import Received
from brownout.load.scene import Outgoing, Scene
from brownout.load.shown_reply import ShownReply
from brownout.load.templates import NameMissing, render
from brownout.load.turns import not_looked
from brownout.profile import Effects, History

EARLY = 3
"""So many users of each journey look before they say anything: what is there then is of an earlier drill."""


def look_before(scene: Scene) -> None:
    """Before the first step of a user's first iteration: is there anything yet? Where it can be read, a row each."""
    if scene.person.iteration or scene.person.marks or scene.person.number >= EARLY:
        return
    journey = scene.part.journey
    for what, shown in (("history", journey.history), ("export", journey.export), ("effects", journey.effects)):
        if shown is not None:
            _look_before(scene, what, shown)


def _look_before(scene: Scene, what: str, shown: History | Effects) -> None:
    began = time.monotonic()
    try:
        received, reply = _get(scene, shown.get, shown.headers)
    except ValueError:
        return  # it takes an earlier step's answer to look
    if not received.accepted or received.ending != "whole":
        return
    if isinstance(shown, History):
        messages = messages_in(reply.document, shown)
        texts = None if messages is None else [message.text for message in messages]
    else:
        texts = causes_in(reply.document, shown)
    if texts is not None:
        # A greeting is there from the beginning; what holds a canary was said in a drill.
        of_drills = sum(canary.find(text) is not None for text in texts)
        scene.journal.write(LookBefore(t=began, **scene.who, what=what, shown=of_drills))


def look(scene: Scene) -> None:
    """All looks that the journey has, a row each."""
    journey = scene.part.journey
    if journey.history is not None:
        _read(scene, journey.history, HistoryRead)
    if journey.export is not None:
        _read(scene, journey.export, ExportRead)
    if journey.effects is not None and scene.posted:
        _read_effects(scene, journey.effects)


def _read(scene: Scene, history: History, row: type[HistoryRead]) -> None:
    began = time.monotonic()
    try:
        status, messages, why = _shown(scene, history)
    except NameMissing as error:
        if scene.accepted:  # else there is no conversation to read
            _write(scene, row, began, None, None, f"nowhere to read it: {error}")
        return
    except ValueError as error:
        scene.journal.write(not_looked(scene, "history" if row is HistoryRead else "export", error))
        return
    late: list[str] = []
    if history.again is not None and messages is not None:
        late = _look_again(scene, history, history.again, _compare(scene, messages).missing)
    _write(scene, row, began, status, messages, why, late)


def _shown(scene: Scene, history: History) -> tuple[int | None, list[Message] | None, str]:
    """The conversation as it is shown now; why it is not, where it is not. Raises ValueError as ``_get``."""
    received, reply = _get(scene, history.get, history.headers)
    messages = messages_in(reply.document, history) if received.accepted and received.ending == "whole" else None
    words = received.why or f"HTTP {received.status}: {reply.body.decode('utf-8', 'replace')}"
    return received.status, messages, "" if messages is not None else words


def _get(scene: Scene, get: str, own_headers: Mapping[str, str]) -> tuple[Received, ShownReply]:
    """Reads something of this user's again. Raises ValueError where an earlier step's answer is needed for it."""
    names = scene.names(len(scene.posted), scene.posted[-1] if scene.posted else "")
    headers = {"Accept": "application/json", **sound_headers(render(own_headers, names))}
    reply = ShownReply(None)
    path = refuse_astray(scene.part.address, get, str(render(get, names)))
    received = scene.browser.send(Outgoing("GET", path, headers), reply, scene.part.patience)
    reply.close()
    return received, reply


def _look_again(scene: Scene, history: History, after: float, missing: list[str]) -> list[str]:
    """The missing messages that are there a while later."""
    if not missing:
        return []
    scene.browser.pause(after)
    messages = _shown(scene, history)[1]
    if messages is None:
        return []
    still = _compare(scene, messages).missing
    return [mark for mark in missing if mark not in still]


def _compare(scene: Scene, messages: list[Message]) -> Comparison:
    conversation = scene.conversation
    asked = Asked(conversation.posted, scene.accepted, scene.person.marks, conversation.repeated)
    return compare(asked, messages, sentinel=scene.part.sentinel, hide=(scene.part.address,))


def _write(
    scene: Scene,
    row: type[HistoryRead],
    began: float,
    status: int | None,
    messages: list[Message] | None,
    why: str,
    late: Sequence[str] = (),
) -> None:
    comparison = _compare(scene, messages) if messages is not None else None
    scene.journal.write(
        row(
            t=began,
            **scene.who,
            readable=comparison is not None,
            acknowledged=len(scene.accepted),
            status=status,
            late=list(late),
            detail=redact(why, hide=(scene.part.address,), known=scene.part.keys),
            **(vars(comparison) if comparison is not None else {"found": 0}),
        )
    )


def _read_effects(scene: Scene, effects: Effects) -> None:
    began, status, causes, ends = time.monotonic(), None, None, Ends()
    try:
        received, reply = _get(scene, effects.get, effects.headers)
        status, words = received.status, received.why or f"HTTP {received.status}"
        causes = causes_in(reply.document, effects) if received.accepted and received.ending == "whole" else None
        if causes is not None and scene.part.sentinel:
            ends = ends_of(reply.document, effects, scene.posted)
    except NameMissing as error:
        words = f"nowhere to read them: {error}"
    except ValueError as error:
        scene.journal.write(not_looked(scene, "effects", error))
        return
    counts = effects_of(causes or (), scene.posted)
    scene.journal.write(
        EffectsRead(
            t=began,
            **scene.who,
            readable=causes is not None,
            made=counts.total(),
            duplicated=[mark for mark, times in counts.items() if times > 1],
            status=status,
            detail="" if causes is not None else redact(words, hide=(scene.part.address,), known=scene.part.keys),
            **vars(ends),
        )
    )
