from __future__ import annotations

from pathlib import Path

import pytest

from brownout.journal import MemoryJournal
from brownout.load.http_channel import HttpChannel, HttpLine
from brownout.load.iteration import scene_of
from brownout.load.reading import Received
from brownout.load.scene import Outgoing, Part, Person, Scene
from brownout.load.shown_reply import ShownReply
from brownout.profile import Journey, Read, Step

ASK = Step(name="ask", put="/chat/{{ user }}", json={"text": "{{ message }}"}, headers={"x-user": "{{ user }}"})


class Application:
    """Takes every request, and answers nothing."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    def send(self, outgoing: Outgoing, reply: ShownReply, patience: float) -> Received:
        self.sent.append(outgoing)
        return Received("whole", 0.1, 200)

    def cookies(self, url: str) -> str:
        return ""

    def pause(self, seconds: float) -> None:
        pass


def scene(app: Application, step: Step) -> Scene:
    part = Part("chat", Journey(steps=(step,)), 7, 5.0, "http://127.0.0.1:1")
    return scene_of(part, Person(3), app, MemoryJournal())


def test_its_templates_are_path_body_and_headers_and_stand_where_the_file_has_them() -> None:
    assert list(HttpChannel().templates(ASK)) == [
        (("put",), "/chat/{{ user }}"),
        (("json",), {"text": "{{ message }}"}),
        (("headers",), {"x-user": "{{ user }}"}),
    ]


def test_a_request_has_no_flaws_of_its_own(tmp_path: Path) -> None:
    assert list(HttpChannel().flaws(ASK, tmp_path)) == []
    assert HttpChannel().column(ASK) == "http"


@pytest.mark.parametrize(
    ("read", "accept"),
    [(Read(sse="delta"), "text/event-stream"), (Read(json="reply"), "application/json, */*;q=0.5")],
)
def test_a_request_says_what_kind_of_answer_it_takes(read: Read, accept: str) -> None:
    app, step = Application(), ASK.model_copy(update={"reply": read})
    HttpLine().take(scene(app, step), step, 0)
    (sent,) = app.sent
    assert (sent.method, sent.path) == ("PUT", "/chat/3")
    own = {name: value for name, value in sent.headers.items() if name not in ("traceparent", "baggage")}
    assert own == {"Accept": accept, "Content-Type": "application/json", "x-user": "3"}


def test_nothing_is_written_at_the_end_of_an_iteration() -> None:
    here = scene(Application(), ASK)
    line = HttpLine()
    line.close(here, 1)
    line.look_once_more(here)
    assert isinstance(here.journal, MemoryJournal)
    assert (line.hear(here), here.journal.rows) == (False, [])
