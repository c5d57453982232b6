"""One user once through a journey: the steps in order, turn by turn, then a look at what is left of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from brownout.events import JourneyStep
from brownout.journal import Writer
from brownout.load import again, looking
from brownout.load.channel import Line, Taken
from brownout.load.patterns import TookTooLong
from brownout.load.registry import CHANNELS, name_of, names_of, reads_on
from brownout.load.scene import Browser, Part, Person, Scene
from brownout.load.turns import not_looked, not_read
from brownout.profile import Step

GAVE_UP = frozenset(("hung", "turned_away", "unreachable"))


class Iteration:
    """Plays a part once. When the timeline is ``over`` no new step begins, but the history is still read."""

    def __init__(self, scene: Scene, lines: Mapping[str, Line], over: Callable[[], bool]) -> None:
        self._scene, self._lines, self._over = scene, lines, over
        self._outcomes: dict[str, str] = {}  # of each step, that of its latest turn

    def run(self) -> None:
        """Look whether anything is there yet, take the steps, close the lines, look at what is left.

        Raises ChannelDown.
        """
        if not self._over():
            looking.look_before(self._scene)
        turns = self._steps()
        for line in self._lines.values():
            with _heard_out(self._scene):
                line.close(self._scene, turns)
        if self._outcomes or not self._over():  # one that began a moment before the end has left nothing to look at
            looking.look(self._scene)

    def _steps(self) -> int:
        """Takes the steps, and gives back how many turns there were."""
        given_up: Step | None = None
        turn = -1
        for step, turn in self._scene.part.turns():
            if step is given_up or not self._due(step):
                continue
            if step.think and not self._over():
                self._scene.browser.pause(step.think)
            if self._over() or self._in_vain(step):
                break
            taken = self._take(step, turn)
            if not taken.asked:
                break  # so neither can what follows
            if taken.row.outcome in GAVE_UP:
                given_up = step
        return turn + 1

    def _due(self, step: Step) -> bool:
        """Whether a step in another's stead is needed: that one was taken, and its latest turn was in vain."""
        return step.instead_of is None or self._outcomes.get(step.instead_of, "ok") != "ok"

    def _in_vain(self, step: Step) -> bool:
        """Whether a step would read the answer to words that did not arrive."""
        question = self._scene.waiting
        return question is not None and question.asks and reads_on(step)

    def _take(self, step: Step, turn: int) -> Taken:
        name, began = name_of(step), time.monotonic()
        heard: list[bool] = []
        channel = CHANNELS[name].column(step)

        def record(row: JourneyStep) -> None:
            self._scene.journal.write(replace(row, channel=channel))

        try:
            heard = [line.hear(self._scene) for line in self._lines.values()]
            taken = again.take(self._scene, self._lines[name], step, turn, self._over, record)
        except TookTooLong as error:
            taken = not_read(self._scene, step, turn, began, error)
        self._outcomes[step.name] = taken.row.outcome
        record(self._follow(replace(taken.row, noticed=taken.row.noticed or any(heard)), step))
        return taken

    def _follow(self, row: JourneyStep, step: Step) -> JourneyStep:
        """The row as it is written. Words that did not arrive are a question that failed, if a later step reads on."""
        if row.asks:
            self._scene.waiting = None
        elif row.canary is not None:
            steps = self._scene.part.journey.steps
            later = steps[steps.index(step) + 1 :]
            failed = row.outcome != "ok" and any(reads_on(other) for other in later)
            row = replace(row, asks=failed)
            self._scene.waiting = row
        return row


@contextmanager
def _heard_out(scene: Scene) -> Iterator[None]:
    """What came unasked; where the profile searches it without end, a row says so."""
    try:
        yield
    except TookTooLong as error:
        scene.journal.write(not_looked(scene, "notice", error))


def scene_of(part: Part, person: Person, browser: Browser, journal: Writer) -> Scene:
    """The scene of a person's next iteration."""
    return Scene(part, person, browser, journal, names_of(part.place, person.number))


def look_once_more(scene: Scene, lines: Mapping[str, Line]) -> None:
    """What came unasked after a user's last iteration, which the rows are then of. Raises ChannelDown."""
    person = scene.person
    iteration = person.iteration
    person.iteration = max(0, iteration - 1)
    try:
        for line in lines.values():
            with _heard_out(scene):
                line.look_once_more(scene)
    finally:
        person.iteration = iteration
