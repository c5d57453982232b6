"""The profile's journeys as Locust users: one class a journey, one task an iteration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from locust import User, task

from brownout.calls.canary import make
from brownout.effects import Gaps
from brownout.load import browser
from brownout.load.crowd import casting
from brownout.load.iteration import Iteration, look_once_more
from brownout.load.reading import Received
from brownout.load.scene import Outgoing, Part, Person
from brownout.load.shape import timeline_shape
from brownout.load.shown_reply import ShownReply, compiled
from brownout.load.stage import Stage, give_up, read_orders
from brownout.load.templates import flaws, render
from brownout.load.whatsapp import files
from brownout.load.whatsapp.chat import Chat
from brownout.load.whatsapp.phone import ChannelDown, Telephone, digits
from brownout.orders import LoadOrders
from brownout.profile import History, Journey, Step


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
        return Part(name, journey, orders.seed, patience, *own, place, orders.profile_folder)

    def chat(self, part: Part, number: int) -> Chat | None:
        """The chat of a user who writes on WhatsApp. Raises ChannelDown where nobody said where the stand-in is."""
        if not part.journey.chats:
            return None
        place = self.stage.orders.standin
        try:
            standin = place.read_text(encoding="ascii").strip() if place is not None else ""
        except OSError as error:
            raise ChannelDown(f"nobody said where the stand-in is: {place}: {error.strerror}") from None
        return Chat(Telephone(standin, digits(part.place, number)), part.tells_of_the_end)

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

    def on_start(self) -> None:
        """The stand-in is there once the timeline begins."""
        self.person.chat = self.cast.chat(self.part, self.person.number)

    def on_stop(self) -> None:
        """What came on WhatsApp after the last iteration."""
        if not self.cast.stage.interrupted:
            look_once_more(self.part, self.person, self, self.cast.stage)

    def send(self, outgoing: Outgoing, reply: ShownReply, patience: float) -> Received:
        """As ``iteration.Browser``."""
        whole = outgoing.path.startswith(("http://", "https://"))
        url = outgoing.path if whole else f"{self.part.address.rstrip('/')}/{outgoing.path.lstrip('/')}"
        return browser.send(self._session, outgoing, url, reply, patience)

    def pause(self, seconds: float) -> None:
        """As ``iteration.Browser``."""
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
            Iteration(self.part, self.person, self, stage, stage.over).run()
            self.person.iteration += 1


def check(orders: LoadOrders) -> Iterator[str]:
    """What is wrong with the orders, in words, so far as it can be known before any request."""
    if not orders.phases:
        yield "phases: the timeline is empty"
    if not orders.profile.journeys:
        yield "profile: there are no journeys; a profile with a locustfile goes with loadtests/observe.py"
    for name, journey in orders.profile.journeys.items():
        if journey.chats and orders.standin is None:
            yield f"journey {name} writes on WhatsApp, and the orders do not say where the stand-in is (standin)"
        yield from (f"journey {name}: {flaw}" for flaw in _flaws(journey))
        yield from (f"journey {name}: {flaw}" for flaw in _file_flaws(journey, orders))


def _file_flaws(journey: Journey, orders: LoadOrders) -> Iterator[str]:
    for step in journey.steps:
        wrong = files.flaw(orders.profile_folder, step.whatsapp) if step.whatsapp else None
        if wrong is not None:
            yield f"step {step.name!r}: {wrong}"


def _texts(step: Step) -> list[Any]:
    """A step's templates."""
    if step.whatsapp is not None:
        return [step.whatsapp.text, step.whatsapp.caption]
    return [step.request[1], step.json_, step.headers]


def _flaws(journey: Journey) -> Iterator[str]:
    names = {"user": 0, "phone": digits(0, 0), "iteration": 0, "turn": 0, "canary": make(0, "", 0, 0, 0), "journey": ""}
    yield from flaws(journey.message)
    templates: list[Any] = []
    expressions: list[str] = []
    for shown in (journey.history, journey.export):
        if isinstance(shown, History):
            templates += [shown.get, shown.headers]
            expressions += [shown.messages, shown.role, shown.text]
    if effects := journey.effects:
        templates += [effects.get, effects.headers]
        expressions += [effects.items, effects.about]
    for step in journey.steps:
        templates += _texts(step)
        expressions += step.keep.values()
        if step.reply is not None:
            read = step.reply
            expressions += [text for text in (read.json_, read.sse, read.value, read.error, read.restart) if text]
    yield from flaws(templates)
    for expression in expressions:
        try:
            compiled(expression)
        except ValueError as error:
            yield str(error)
    try:
        render(journey.message, names)
    except ValueError as error:
        yield str(error)


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
