"""Sending again: a turn that went wrong is the same message once more, as a front end or a person sends it.

All sendings are one question. It was asked when it was first sent, and what became of it is what came last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from brownout.events import JourneyStep
from brownout.load.channel import Line, Taken
from brownout.load.scene import Scene
from brownout.profile import Step

Record = Callable[[JourneyStep], None]


def take(scene: Scene, line: Line, step: Step, turn: int, over: Callable[[], bool], record: Record) -> Taken:
    """Take a step until it went well, or was sent often enough; what came of the last sending.

    The rows of those before it are given to ``record``. Nothing is sent again once the timeline is ``over``. Raises
    ChannelDown.
    """
    begun, waits, ended = 0.0, 0.0, False
    scene.attempt = 0
    while True:
        taken = line.take(scene, step, turn)
        row, retry = taken.row, step.retry
        begun = begun if scene.attempt else row.t
        row = _since(begun, row)
        waits = row.sent if ended else waits
        row = replace(row, attempt=scene.attempt, waits=waits)
        if retry is None or not taken.asked or row.outcome not in retry.on or scene.attempt >= retry.times:
            return replace(taken, row=row)
        scene.browser.pause(retry.after)
        if over():
            return replace(taken, row=row)
        record(replace(row, asks=False, again=True))
        ended = row.outcome != "hung"
        if row.canary == scene.mark(turn) and _was_told(row):
            scene.conversation.repeated[row.canary] += 1
        scene.attempt += 1


def _since(begun: float, row: JourneyStep) -> JourneyStep:
    """The row of a sending, as the user waits for its question since ``begun``."""
    before = row.t - begun
    first_token = None if row.first_token is None else row.first_token + before
    return replace(row, t=begun, first_token=first_token, duration=row.duration + before, sent=row.sent + before)


def _was_told(row: JourneyStep) -> bool:
    """Whether anything came back: who heard nothing at all cannot know whether the message arrived."""
    came = row.status is not None or row.first_token is not None
    return came or row.outcome not in ("hung", "unreachable", "cut")
