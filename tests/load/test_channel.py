"""A channel that only this test knows: users knock at a door, and somebody calls through it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from support.loads import make_orders, make_profile

from brownout.calls import canary
from brownout.calls.canary import SENTINEL
from brownout.journal import MemoryJournal
from brownout.load.channel import ChannelDown, Keys, Taken
from brownout.load.check import check
from brownout.load.iteration import Iteration, look_once_more, scene_of
from brownout.load.reading import Received
from brownout.load.registry import CHANNELS, open_lines
from brownout.load.scene import Outgoing, Part, Person, Scene
from brownout.load.shown_reply import ShownReply
from brownout.load.templates import render
from brownout.load.turns import Begun, read, row_of
from brownout.orders import LoadOrders
from brownout.profile import Journey, Read, Step


class Knock(Step):
    """A step of another kind, in the place of a field of Step, which its validator does not know."""

    knock: str

    @property
    def asks(self) -> bool:
        return True


def knock(text: str = "{{ door }}: {{ message }}") -> Step:
    return Knock.model_construct(name="knock", knock=text)


class DoorLine:
    """Somebody behind the door says what they heard; ``calls`` are what they say unasked."""

    def __init__(self, door: str) -> None:
        self.door = door
        self.calls: list[str] = []
        self.looks: list[str] = []

    def take(self, scene: Scene, step: Step, turn: int) -> Taken:
        assert isinstance(step, Knock)
        mark = scene.mark(turn)
        names = scene.names(turn, mark)
        scene.post(mark)
        reply = ShownReply(Read(text=True))
        reply.feed(f"Who is there? {render(step.knock, names)} {SENTINEL}".encode())
        reply.close()
        received = Received("whole", 0.1, 200)
        begun = Begun(step, turn, 1.0, mark)
        return Taken(row_of(scene, begun, received, read(scene, received, reply, names), reply))

    def hear(self, scene: Scene) -> bool:
        told = any(scene.part.tells_of_the_end(call) for call in self.calls)
        self.calls.clear()
        return told

    def close(self, scene: Scene, turns: int) -> None:
        self.looks.append(f"after {turns} turns of iteration {scene.person.iteration}")

    def look_once_more(self, scene: Scene) -> None:
        self.looks.append(f"once more, of iteration {scene.person.iteration}")


class Door:
    """The door of a house number, which every template knows."""

    def owns(self, step: Step) -> bool:
        return isinstance(step, Knock)

    def column(self, step: Step) -> str:
        return "oak door"

    def templates(self, step: Step) -> Iterator[tuple[Keys, Any]]:
        assert isinstance(step, Knock)
        yield ("knock",), step.knock

    def flaws(self, step: Step, folder: Path) -> Iterator[tuple[Keys, str]]:
        if not (folder / "knocker").is_file():
            yield ("knock",), f"there is no knocker in {folder.name}"

    def lack(self, orders: LoadOrders) -> str | None:
        return None if "house" in orders.extra else "knocks, and the orders know no house"

    def names(self, place: int, number: int) -> Mapping[str, str]:
        return {"door": f"door {place}-{number}"}

    def open(self, part: Part, number: int, orders: LoadOrders) -> DoorLine:
        if orders.extra["house"] == "gone":
            raise ChannelDown("the house is gone")
        return DoorLine(self.names(part.place, number)["door"])


class Application:
    """Answers requests in memory."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    def send(self, outgoing: Outgoing, reply: ShownReply, patience: float) -> Received:
        self.sent.append(outgoing)
        reply.feed(b'{"id": "c-1"}')
        return Received("whole", 0.1, 200)

    def cookies(self, url: str) -> str:
        return ""

    def pause(self, seconds: float) -> None:
        pass


CREATE = Step(name="create", post="/c", json={"at": "{{ door }}"}, keep={"conversation": "id"})


@pytest.fixture(autouse=True)
def door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHANNELS, "door", Door())


def orders_of(folder: Path, *steps: Step, **extra: str) -> LoadOrders:
    profile = make_profile({"visit": Journey.model_construct(steps=steps, notice="moving out")})
    return make_orders(folder, "http://127.0.0.1:1", profile, extra=extra)


def part_of(orders: LoadOrders) -> Part:
    return Part("visit", orders.profile.journeys["visit"], 7, 5.0, orders.app_url, extra=orders.extra, place=4)


def test_a_journey_is_played_on_a_channel_that_nobody_in_the_load_knows(tmp_path: Path) -> None:
    orders = orders_of(tmp_path, CREATE, knock(), house="ours")
    part, person, app, journal = part_of(orders), Person(3), Application(), MemoryJournal()
    lines = open_lines(part, 3, orders)
    line = lines["door"]
    assert isinstance(line, DoorLine)

    Iteration(scene_of(part, person, app, journal), lines, lambda: False).run()
    person.iteration += 1
    line.calls.append("We are MOVING OUT.")
    Iteration(scene_of(part, person, app, journal), lines, lambda: False).run()
    person.iteration += 1
    look_once_more(scene_of(part, person, app, journal), lines)

    told = [(row["step"], row["channel"], row["outcome"], row["noticed"]) for row in journal.rows]
    assert told == [
        ("create", "http", "ok", False),
        ("knock", "oak door", "ok", False),
        ("create", "http", "ok", True),
        ("knock", "oak door", "ok", False),
    ]
    assert [row["canary"] for row in journal.rows[1::2]] == [canary.make(7, "visit", 3, round, 1) for round in (0, 1)]
    assert app.sent[0].body == b'{"at": "door 4-3"}'
    assert line.looks == ["after 2 turns of iteration 0", "after 2 turns of iteration 1", "once more, of iteration 1"]


def test_a_user_has_lines_only_where_the_journey_goes(tmp_path: Path) -> None:
    orders = orders_of(tmp_path, CREATE, house="ours")
    assert list(open_lines(part_of(orders), 3, orders)) == ["http"]


def test_a_channel_says_what_is_wrong_before_the_start(tmp_path: Path) -> None:
    assert list(check(orders_of(tmp_path, knock("{{ oops")))) == [
        "journey visit knocks, and the orders know no house",
        "journey visit, steps 1 knock: not a jinja2 template: unexpected end of template, "
        "expected 'end of print statement'.",
        f"journey visit, steps 1 knock: step 'knock': there is no knocker in {tmp_path.name}",
    ]
    (tmp_path / "knocker").touch()
    assert list(check(orders_of(tmp_path, CREATE, knock(), house="ours"))) == []


def test_a_line_that_leads_nowhere_is_the_loads_own_flaw(tmp_path: Path) -> None:
    orders = orders_of(tmp_path, knock(), house="gone")
    with pytest.raises(ChannelDown, match="the house is gone"):
        open_lines(part_of(orders), 3, orders)
