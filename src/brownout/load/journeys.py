"""The profile's journeys as Locust users: one class a journey, one task an iteration."""

from __future__ import annotations

from typing import Any, ClassVar

from locust import User, task

from brownout.effects import Gaps
from brownout.load import browser
from brownout.load.channel import Line
from brownout.load.check import check
from brownout.load.crowd import casting
from brownout.load.destinations import url_of
from brownout.load.iteration import Iteration, look_once_more, scene_of
from brownout.load.reading import Received
from brownout.load.registry import open_lines
from brownout.load.scene import Outgoing, Part, Person, Scene
from brownout.load.shape import timeline_shape
from brownout.load.shown_reply import ShownReply
from brownout.load.stage import Stage, give_up, read_orders
from brownout.profile import Journey


class Cast:
    """Gives each user a part, a number in it, and a place in the crowd, in order of arrival."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        orders = stage.orders
        weights = {name: journey.weight for name, journey in orders.profile.journeys.items()}
        self._places: dict[str, list[int]] = {name: [] for name in weights}
        for place, name in enumerate(casting(weights, stage.crowd.peak)):
            self._places[name].append(place)
        self._arrived = dict.fromkeys(weights, 0)
        self._said: dict[int, set[str]] = {}
        journeys = orders.profile.journeys.items()
        self.parts = {name: self._part(name, journey, place) for place, (name, journey) in enumerate(journeys)}

    def _part(self, name: str, journey: Journey, place: int) -> Part:
        orders = self.stage.orders
        patience = journey.patience if orders.patience is None else orders.patience
        own = (orders.app_url, orders.sentinel, orders.extra)
        theirs = (orders.profile_folder, orders.profile.trace, self.stage.keys)
        return Part(name, journey, orders.seed, patience, *own, place, *theirs)

    def size(self, name: str) -> int:
        """How many users play this journey at most."""
        return len(self._places[name])

    def enter(self, name: str) -> tuple[Person, int]:
        """The next user of a journey, and the place it has in the crowd.

        People of the same number in different journeys are one to the application, if it is told the number, so they
        share what was said.
        """
        number = self._arrived[name]
        self._arrived[name] += 1
        return Person(number, self._said.setdefault(number, set())), self._places[name][number]


class JourneyUser(User):
    """One user of one journey, with cookies of its own."""

    abstract = True
    cast: ClassVar[Cast]
    part: ClassVar[Part]

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.person, self._place = self.cast.enter(self.part.name)
        self._session = browser.Session()
        self._lines: dict[str, Line] = {}

    def on_start(self) -> None:
        """Open the lines now and not before: where they lead may be known only once the timeline begins."""
        self._lines = open_lines(self.part, self.person.number, self.cast.stage.orders)

    def on_stop(self) -> None:
        """Look at what came unasked after the last iteration."""
        if not self.cast.stage.interrupted:
            look_once_more(self._scene(), self._lines)

    def send(self, outgoing: Outgoing, reply: ShownReply, patience: float) -> Received:
        url = url_of(self.part.address, outgoing.path)
        return browser.send(self._session, outgoing, url, reply, patience)

    def cookies(self, url: str) -> str:
        return browser.cookies(self._session, url)

    def pause(self, seconds: float) -> None:
        self.cast.stage.pause(seconds)

    def wait_time(self) -> float:
        """Half to one and a half of the profile's pause, the same in every run."""
        pause = self.cast.stage.orders.profile.load.pause
        salt = f"{self.part.seed}|pause|{self.part.name}|{self.person.number}"
        return Gaps(mean=pause, jitter=pause / 2, salt=salt).nth(self.person.iteration)

    @task
    def iterate(self) -> None:
        """Play the part once, if there is to be a user at this place now."""
        stage = self.cast.stage
        if stage.await_stay(self._place):
            Iteration(self._scene(), self._lines, stage.over).run()
            self.person.iteration += 1

    def _scene(self) -> Scene:
        return scene_of(self.part, self.person, self, self.cast.stage)


def locust_classes() -> dict[str, type]:
    """User classes and shape for the orders in the environment. Ends the process where they are no good."""
    orders = read_orders()
    problem = next(check(orders), None)
    if problem is not None:
        give_up(problem)
    stage = Stage(orders)
    stage.attach()
    cast = Cast(stage)
    classes: dict[str, type] = {"TimelineShape": timeline_shape(stage, follow=False)}
    for name, part in cast.parts.items():
        if cast.size(name):
            # exactly so many: Locust's own rounding of weights would leave other places empty
            own = {"cast": cast, "part": part, "weight": part.journey.weight, "fixed_count": cast.size(name)}
            classes[f"journey {name}"] = type(name, (JourneyUser,), {**own, "abstract": False})
    return classes
