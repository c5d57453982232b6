"""One user once through a journey: the steps in order, turn by turn, then a look at what is left of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from brownout.journal import Writer
from brownout.load import http_channel, looking
from brownout.load.scene import Browser, Part, Person, Scene
from brownout.load.whatsapp import channel as whatsapp_channel
from brownout.profile import Step

GAVE_UP = frozenset(("hung", "turned_away", "unreachable"))


class Iteration:
    """Plays a part once. Once the timeline is ``over`` no new step begins, but the history is still read."""

    def __init__(self, part: Part, person: Person, browser: Browser, journal: Writer, over: Callable[[], bool]) -> None:
        self._scene = Scene(part, person, browser, journal)
        self._over = over
        self._outcomes: dict[str, str] = {}  # of each step, that of its latest turn

    def run(self) -> None:
        """All of it. Raises ChannelDown where a user's messages on WhatsApp go nowhere."""
        last = self._steps()
        whatsapp_channel.close(self._scene, last)
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
            if self._over():
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

    def _take(self, step: Step, turn: int) -> http_channel.Taken:
        told = whatsapp_channel.unasked(self._scene)
        taken = (whatsapp_channel if step.whatsapp is not None else http_channel).take(self._scene, step, turn)
        self._outcomes[step.name] = taken.row.outcome
        self._scene.journal.write(replace(taken.row, noticed=told or taken.row.noticed))
        return taken


def look_once_more(part: Part, person: Person, browser: Browser, journal: Writer) -> None:
    """What came on WhatsApp after a user's last iteration. Raises ChannelDown."""
    iteration = person.iteration
    person.iteration = max(0, iteration - 1)
    try:
        whatsapp_channel.last_look(Scene(part, person, browser, journal))
    finally:
        person.iteration = iteration
