"""Steps over a WebSocket and over Socket.IO, with real clients and a real server."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from support.ways_app import Failed, Ways

from brownout.calls.canary import SENTINEL
from brownout.journal import MemoryJournal
from brownout.load.iteration import Iteration, scene_of
from brownout.load.messages import Lost, MessageLine, Spoken
from brownout.load.reading import Received
from brownout.load.registry import CHANNELS, channel_of, name_of
from brownout.load.scene import Outgoing, Part, Person, Scene
from brownout.load.shown_reply import ShownReply
from brownout.mistakes import NOT_KEPT
from brownout.profile import Journey, Step

WS = {"connect": "/ws", "send": {"text": "{{ message }}"}, "done": "done"}
IO = {"emit": "ask", "send": {"text": "{{ message }}"}, "done": "event == 'end'"}
GQL = {
    "connect": "/graphql",
    "protocols": ["graphql-transport-ws"],
    "first": [{"type": "connection_init"}],
    "ready": "type == 'connection_ack'",
    "send": {"id": "{{ turn }}", "type": "subscribe", "payload": {"variables": {"text": "{{ message }}"}}},
    "done": "type == 'complete'",
}
PLAIN = {"message": "delta", "error": "error"}
EVENTS = {"message": "event == 'piece' && data.text", "error": "event == 'failure' && data.message"}
STEPS: dict[str, dict[str, Any]] = {
    "websocket": {"websocket": WS, "reply": PLAIN},
    "graphql": {
        "websocket": GQL,
        "reply": {"message": "payload.data.token", "error": "type == 'error' && payload[0].message"},
    },
    "socketio": {"socketio": IO, "reply": EVENTS},
}
STEPS["websocket"]["keep"] = {"session": "session"}


async def canned(text: str) -> AsyncIterator[str]:
    """An answer, or what the text asks for instead."""
    yield "You said: "
    if "[fail]" in text:
        raise Failed("The assistant is not available, please ask again.")
    if "[stop]" in text:
        await asyncio.sleep(60)
    yield text
    yield f" {SENTINEL}"


@dataclass
class Server:
    """The application, in a thread."""

    port: int
    uvicorn: uvicorn.Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    config = uvicorn.Config(Ways(canned).app(), host="127.0.0.1", port=0, log_level="critical", lifespan="off")
    config.timeout_graceful_shutdown = 1
    one = uvicorn.Server(config)
    thread = threading.Thread(target=one.run, daemon=True)
    thread.start()
    end = time.monotonic() + 30
    while not one.started:
        assert time.monotonic() < end
        time.sleep(0.01)
    yield Server(one.servers[0].sockets[0].getsockname()[1], one)
    one.should_exit = True
    thread.join(20)


class Browser:
    """Makes no request, and has a cookie."""

    def send(self, outgoing: Outgoing, reply: ShownReply, patience: float) -> Received:
        raise AssertionError(outgoing)

    def cookies(self, url: str) -> str:
        assert url.startswith("http://127.0.0.1:")
        return "session=s-1"

    def pause(self, seconds: float) -> None:
        pass


def step_of(kind: str, **more: Any) -> Step:
    return Step.model_validate({"name": "ask", **STEPS[kind], **more})


def play(
    port: int, *steps: Step, message: str = "Reference {{ canary }}: hi", patience: float = 10.0
) -> list[dict[str, Any]]:
    journal = MemoryJournal()
    part = Part("chat", Journey(steps=steps, message=message), 7, patience, f"http://127.0.0.1:{port}/")
    lines: Any = {name_of(step): channel_of(step).open(part, 0, None) for step in steps}  # type: ignore[arg-type]
    Iteration(scene_of(part, Person(0), Browser(), journal), lines, lambda: False).run()
    return [row for row in journal.rows if row["kind"] == "journey"]


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_a_question_and_its_whole_answer(server: Server, kind: str) -> None:
    first, second = play(server.port, step_of(kind, repeat=2))

    for row in (first, second):
        assert (row["outcome"], row["detail"], row["asks"], row["acknowledged"]) == ("ok", "", True, True)
        assert row["channel"] == ("socketio" if kind == "socketio" else "websocket")
        assert (row["status"], row["streamed"]) == (None, True)
        assert 0 < row["first_token"] <= row["duration"]
    assert first["canary"] != second["canary"]


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_an_answer_that_says_that_it_failed_is_an_error(server: Server, kind: str) -> None:
    (row,) = play(server.port, step_of(kind), message="{{ canary }} [fail]")

    assert (row["outcome"], row["acknowledged"]) == ("error", False)
    assert "not available" in row["detail"]


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_an_answer_that_never_ends_is_waited_for_as_long_as_patience_lasts(server: Server, kind: str) -> None:
    first, *rest = play(server.port, step_of(kind, repeat=2), message="{{ canary }} [stop]", patience=0.3)

    assert (first["outcome"], first["duration"], rest) == ("hung", 0.3, [])


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_where_nobody_listens_nobody_can_be_reached(kind: str, free_port: int) -> None:
    (row,) = play(free_port, step_of(kind))
    assert row["outcome"] == "unreachable"


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_a_server_that_says_nothing_is_waited_for_as_long_as_patience_lasts(kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        (row,) = play(silent.getsockname()[1], step_of(kind), patience=0.3)
    assert (row["outcome"], row["duration"]) == ("hung", 0.3)


def test_words_to_which_nobody_listens_for_an_answer_are_no_question(server: Server) -> None:
    step = Step.model_validate({"name": "say", "websocket": {"connect": "/ws", "send": {"text": "{{ message }}"}}})
    (row,) = play(server.port, step)
    assert (row["asks"], row["outcome"], row["acknowledged"]) == (False, "ok", False)


@pytest.fixture
def free_port() -> int:
    from brownout.drill.ports import free_port

    return free_port()


def test_a_place_that_is_not_there_is_refused_with_its_status(server: Server) -> None:
    (row,) = play(server.port, step_of("websocket", websocket={**WS, "connect": "/nowhere"}))
    assert (row["outcome"], row["status"]) == ("error", 403)
    (row,) = play(server.port, step_of("socketio", socketio={**IO, "path": "/nowhere"}))
    assert (row["outcome"], row["status"]) == ("error", 404)


def test_a_server_that_ends_the_connection_cuts_the_answer(server: Server) -> None:
    (row,) = play(server.port, step_of("websocket"), message="{{ canary }} [leave]")
    assert (row["outcome"], row["detail"]) == ("cut", "the server closed the WebSocket (1011 internal error)")
    (row,) = play(server.port, step_of("websocket", websocket={**WS, "send": "no JSON {{ message }}"}))
    assert (row["outcome"], "WebSocket" in row["detail"]) == ("cut", True)


class Tired:
    """A connection that answers one question, says something nobody asked for, and is over."""

    def __init__(self, over: bool = True) -> None:
        self.came: list[str] = []
        self.over, self.closed = over, False

    def say(self, what: Any) -> None:
        self.came = [f"{what['text']} {SENTINEL}", "an old word"]

    def hear(self, within: float) -> str:
        if self.came:
            return self.came.pop(0)
        raise Lost("it is over") if self.over else TimeoutError

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(("over", "connections"), [(True, 3), (False, 1)])
def test_a_connection_that_was_ended_between_two_questions_is_opened_again(over: bool, connections: int) -> None:
    made: list[Tired] = []

    def connect(step: Step, spoken: Spoken, within: float) -> Tired:
        made.append(Tired(over))
        return made[-1]

    def fill_in(scene: Scene, step: Step, names: Mapping[str, Any]) -> Spoken:
        return Spoken("ws://here", {"text": names["message"]})

    step = step_of("websocket", websocket={"connect": "/", "send": 1}, reply={"text": True}, repeat=3)

    assert [row["outcome"] for row in over_the_line(step, MessageLine(fill_in, connect))] == ["ok"] * 3
    assert [wire.closed for wire in made] == [True] * connections


def over_the_line(step: Step, line: MessageLine) -> list[dict[str, Any]]:
    """The rows of an iteration on a line of a test's own."""
    journal = MemoryJournal()
    part = Part("chat", Journey(steps=(step,)), 7, 5.0, "http://127.0.0.1:1")
    Iteration(scene_of(part, Person(0), Browser(), journal), {"websocket": line}, lambda: False).run()
    return [row for row in journal.rows if row["kind"] == "journey"]


class Telling(Tired):
    """A connection over which the given messages come after each question, ``@`` being the question."""

    def __init__(self, messages: tuple[str, ...]) -> None:
        super().__init__(over=False)
        self.messages = messages

    def say(self, what: Any) -> None:
        self.came = [message.replace("@", what["text"]) for message in self.messages]


def told(messages: tuple[str, ...], **more: Any) -> tuple[list[dict[str, Any]], list[Telling]]:
    """The rows of two questions to which these messages come, and the connections that were made for them."""
    made: list[Telling] = []

    def connect(step: Step, spoken: Spoken, within: float) -> Telling:
        made.append(Telling(messages))
        return made[-1]

    def fill_in(scene: Scene, step: Step, names: Mapping[str, Any]) -> Spoken:
        return Spoken("ws://here", {"text": names["message"]}, done="done")

    step = step_of("websocket", **{"keep": {}, "repeat": 2, **more})
    return over_the_line(step, MessageLine(fill_in, connect)), made


CUT = {"message": "delta", "incomplete": "type == 'abort'"}


def test_an_answer_that_says_that_it_broke_off_is_over_and_cut() -> None:
    rows, made = told(('{"delta": "Air scatters"}', '{"type": "abort"}', '{"delta": "too late"}'), reply=CUT)

    assert [row["outcome"] for row in rows] == ["cut", "cut"]
    assert "says itself that the answer is not whole" in rows[0]["detail"]
    assert len(made) == 2  # what still comes is nobody's answer


def test_a_whole_answer_that_says_that_it_broke_off_is_whole_and_the_next_has_a_connection_of_its_own() -> None:
    rows, made = told(('{"delta": "@ ' + SENTINEL + '"}', '{"type": "abort"}', '{"done": true}'), reply=CUT)

    assert [row["outcome"] for row in rows] == ["ok", "ok"]
    assert len(made) == 2


def test_what_could_not_be_kept_of_any_message_is_said_and_what_came_instead() -> None:
    whole = ('{"session": {"id": "s-1"}}', '{"delta": "@ ' + SENTINEL + '"}', '{"done": true}')

    rows, _ = told(whole, keep={"session": "session.name"})
    assert [row["outcome"] for row in rows] == ["ok", "ok"]
    assert [row["detail"] for row in rows] == [f"{NOT_KEPT}: session.name"] * 2
    rows, _ = told(whole, keep={"session": "session.id"})
    assert [row["detail"] for row in rows] == ["", ""]


def test_the_users_cookies_go_along_and_values_can_be_kept(server: Server) -> None:
    says = step_of("websocket", websocket={**WS, "send": {"text": "{{ message }} {{ session }}"}})
    hears = step_of("websocket", websocket={"connect": "/ws"}, reply={"message": "session"})
    _, row = play(server.port, hears, says)
    assert row["outcome"] == "ok"


def test_without_a_word_for_its_end_the_first_message_with_a_text_is_the_answer(server: Server) -> None:
    (row,) = play(server.port, step_of("websocket", websocket={"connect": "/ws", "send": {"text": "{{ message }}"}}))
    assert (row["outcome"], row["streamed"]) == ("half", False)


def test_an_acknowledgement_is_an_event_too(server: Server) -> None:
    (row,) = play(server.port, step_of("socketio", socketio={**IO, "done": "event == 'ack' && data.seen"}))
    assert row["outcome"] == "ok"


@pytest.mark.parametrize(
    ("step", "flaw"),
    [
        (step_of("websocket", reply={"json": "x"}), "the reply of a websocket step is message"),
        (step_of("socketio", reply={"sse": "x"}), "the reply of a socketio step is message"),
        (step_of("websocket", websocket={**WS, "done": "type =="}), "is not a JMESPath"),
        (
            Step.model_validate({"name": "a", "get": "/", "reply": {"message": "x"}}),
            "message is of websocket and socketio",
        ),
    ],
)
def test_what_makes_no_sense_is_said_before_the_drill(step: Step, flaw: str, tmp_path: Path) -> None:
    ((_, text),) = channel_of(step).flaws(step, tmp_path)
    assert flaw in text


def test_templates_of_every_kind_are_looked_at() -> None:
    for kind in STEPS:
        step = step_of(kind, headers={"x-user": "{{ user }}"})
        found = [str(value) for _, value in channel_of(step).templates(step)]
        assert any("message" in text for text in found)
        assert any("user" in text for text in found)


def test_the_libraries_are_there() -> None:
    assert [CHANNELS[name].lack(None) for name in ("websocket", "socketio")] == [None, None]  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["websocket", "socketio"])
def test_what_went_wrong_is_sent_again_over_a_new_connection(server: Server, kind: str) -> None:
    retry = {"times": 1, "after": 0, "on": ["error"]}

    first, last = play(server.port, step_of(kind, retry=retry), message="{{ canary }} [fail]")

    assert [(row["outcome"], row["attempt"], row["again"]) for row in (first, last)] == [
        ("error", 0, True),
        ("error", 1, False),
    ]
    assert (first["canary"], first["t"]) == (last["canary"], last["t"])
