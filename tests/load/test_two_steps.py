"""Answers that are read in another request than the one that asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from brownout.calls import canary
from brownout.calls.canary import SENTINEL
from brownout.journal import MemoryJournal
from brownout.load.http_channel import HttpLine
from brownout.load.iteration import Iteration, scene_of
from brownout.load.reading import Received
from brownout.load.scene import Outgoing, Part, Person
from brownout.load.shown_reply import ShownReply
from brownout.profile import Journey, Read, Step

SEND = Step(name="send", post="/send", json={"text": "{{ message }}"}, keep={"id": "event_id"})
READ = Step(name="read", get="/read/{{ id }}", reply=Read(json="text"))
AFTER = Step(name="after", post="/note", json={"text": "seen"})


@dataclass
class Application:
    """Takes words and gives an id; shows the answer to whoever asks for the id, once it was asked ``looks`` times."""

    status: int = 200
    named: bool = True
    looks: int = 0
    sent: list[str] = field(default_factory=list)
    words: str = ""

    def send(self, outgoing: Outgoing, reply: ShownReply, patience: float) -> Received:
        self.sent.append(f"{outgoing.method} {outgoing.path}")
        if outgoing.method == "POST":
            said = json.loads(outgoing.body or b"{}")["text"]
            self.words = said if canary.find(said) else self.words
            return self._answer(reply, {"event_id": "7"} if self.named else {})
        self.looks -= 1
        if self.looks >= 0:
            return self._answer(reply, {"state": "queued"})
        return self._answer(reply, {"state": "done", "text": f"{self.words} {SENTINEL}"})

    def _answer(self, reply: ShownReply, value: Any) -> Received:
        reply.feed(json.dumps(value).encode())
        ending: Any = "hung" if self.status == 0 else "whole"
        return Received(ending, 0.25, self.status or None, first_text=0.1, why="gone" if self.status == 0 else "")

    def cookies(self, url: str) -> str:
        return ""

    def pause(self, seconds: float) -> None:
        pass


def rows(app: Application, *steps: Step, patience: float = 5.0) -> list[dict[str, Any]]:
    journal = MemoryJournal()
    part = Part("chat", Journey(steps=steps), 7, patience, "http://127.0.0.1:1")
    Iteration(scene_of(part, Person(0), app, journal), {"http": HttpLine()}, lambda: False).run()
    return [row for row in journal.rows if row["kind"] == "journey"]


def test_the_step_that_reads_is_the_question_that_was_asked_before() -> None:
    send, read = rows(Application(), SEND, READ)

    assert (send["asks"], read["asks"]) == (False, True)
    assert send["canary"] == read["canary"] is not None
    assert (read["outcome"], read["step"], read["t"]) == ("ok", "read", send["t"])
    assert read["duration"] >= 0.25
    assert read["first_token"] >= 0.1


def test_a_step_that_has_words_of_its_own_is_a_question_of_its_own() -> None:
    ask = Step(name="ask", post="/send", json={"text": "{{ message }}"}, reply=Read(json="event_id"))
    send, asked = rows(Application(), SEND, ask)
    assert send["canary"] != asked["canary"]


def test_what_comes_after_is_no_question() -> None:
    assert [row["canary"] is None for row in rows(Application(), SEND, READ, AFTER)] == [False, False, True]


@pytest.mark.parametrize(("status", "outcome"), [(503, "error"), (0, "hung")])
def test_words_that_did_not_arrive_are_the_question_that_failed(status: int, outcome: str) -> None:
    app = Application(status)
    (send,) = rows(app, SEND, READ)

    assert (send["asks"], send["outcome"], send["canary"] is not None) == (True, outcome, True)
    assert app.sent == ["POST /send"]


def test_without_a_step_that_reads_on_it_is_no_question() -> None:
    own = Step(name="ask", post="/ask", json={"text": "{{ message }}"}, reply=Read(json="text"))
    assert [row["asks"] for row in rows(Application(503), SEND, own)] == [False, True]


def test_an_id_that_did_not_come_fails_the_question_that_was_asked() -> None:
    send, read = rows(Application(named=False), SEND, READ)

    assert (read["outcome"], read["canary"], read["t"]) == ("error", send["canary"], send["t"])
    assert "earlier step's answer" in read["detail"]


def test_two_questions_have_an_answer_each() -> None:
    first, second, third, fourth = rows(Application(), SEND, READ, SEND, READ)
    assert first["canary"] == second["canary"] != third["canary"] == fourth["canary"]


def test_a_step_looks_again_until_it_is_there() -> None:
    app = Application(looks=3)
    read = READ.model_copy(update={"until": "state == 'done'", "every": 0.0})
    _, row = rows(app, SEND, read)

    assert (row["outcome"], len(app.sent)) == ("ok", 5)


def test_who_looks_in_vain_has_waited_as_long_as_patience_lasts() -> None:
    read = READ.model_copy(update={"until": "state == 'done'", "every": 9.0})
    _, row = rows(Application(looks=3), SEND, read)

    assert (row["outcome"], row["detail"]) == ("hung", "state == 'done' was not so within 5 s")
    assert row["duration"] >= 5


def test_a_look_that_fails_is_the_end_of_it() -> None:
    app = Application(status=500, looks=3)
    read = Step(name="read", get="/read/7", reply=Read(json="text"), until="state == 'done'")
    (row,) = rows(app, read)
    assert (row["outcome"], len(app.sent)) == ("error", 1)
