"""Users who send the same again: what is sent, and what the rows say of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest

from brownout.calls import canary
from brownout.calls.canary import SENTINEL
from brownout.journal import MemoryJournal
from brownout.load.http_channel import HttpLine
from brownout.load.iteration import Iteration, scene_of
from brownout.load.reading import Ending, Received
from brownout.load.scene import Outgoing, Part, Person
from brownout.load.shown_reply import ShownReply
from brownout.profile import History, Journey, Read, Step
from brownout.step_kinds import Again

HEADERS = {"Idempotency-Key": "{{ key }}", "X-Attempt": "{{ attempt }}"}
ASK = Step(
    name="ask",
    post="/ask",
    json={"text": "{{ message }}"},
    headers=HEADERS,
    reply=Read(json="reply", error="error"),
    retry=Again(times=2, after=0.25),
)
HISTORY = History(get="/history", messages="messages")
SILENT: tuple[Ending, int | None] = ("hung", None)
FAILED: tuple[Ending, int | None] = ("whole", 502)
REFUSED: tuple[Ending, int | None] = ("whole", 503)
OK: tuple[Ending, int | None] = ("whole", 200)
Fates = Sequence[tuple[Ending, int | None]]


class Application:
    """Meets one fate after the other, and shows each message as often as ``copies`` says."""

    def __init__(self, *fates: tuple[Ending, int | None], copies: int = 1) -> None:
        self.fates, self.copies = list(fates), copies
        self.sent: list[Outgoing] = []
        self.said: dict[str, None] = {}
        self.paused: list[float] = []

    def send(self, outgoing: Outgoing, reply: ShownReply, patience: float) -> Received:
        if outgoing.method == "GET":
            shown = [{"role": "user", "text": text} for text in self.said for _ in range(self.copies)]
            reply.feed(json.dumps({"messages": shown}).encode())
            return Received("whole", 0.1, 200)
        self.sent.append(outgoing)
        self.said[text := json.loads(outgoing.body or b"")["text"]] = None
        ending, status = self.fates.pop(0)
        if status is not None:
            reply.feed(json.dumps({"reply": f"{text} {SENTINEL}"} if status == 200 else {"error": "no luck"}).encode())
        headers = {"retry-after": "3"} if status == 503 else {}
        return Received(ending, patience if ending == "hung" else 0.5, status, headers, why="gone")

    def cookies(self, url: str) -> str:
        return ""

    def pause(self, seconds: float) -> None:
        self.paused.append(seconds)


def play(
    app: Application, step: Step = ASK, over: Callable[[], bool] = lambda: False
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of the sendings, and that of the look."""
    journal = MemoryJournal()
    part = Part("chat", Journey(steps=(step,), history=HISTORY), 7, 5.0, "http://127.0.0.1:1")
    Iteration(scene_of(part, Person(3), app, journal), {"http": HttpLine()}, over).run()
    looks = [row for row in journal.rows if row["kind"] == "history"]
    return [row for row in journal.rows if row["kind"] == "journey"], looks[0] if looks else {}


def test_the_same_message_goes_out_again_with_the_same_key_and_the_number_of_the_attempt() -> None:
    app = Application(FAILED, SILENT, OK)
    play(app)

    assert len({outgoing.body for outgoing in app.sent}) == 1
    (key,) = {outgoing.headers["Idempotency-Key"] for outgoing in app.sent}
    assert UUID(key).version == 4
    assert canary.find(key) is None
    assert [outgoing.headers["X-Attempt"] for outgoing in app.sent] == ["0", "1", "2"]
    assert app.paused == [0.25, 0.25]


def test_each_turn_has_a_key_of_its_own() -> None:
    app = Application(OK, OK)
    play(app, ASK.model_copy(update={"repeat": 2}))

    assert len({outgoing.headers["Idempotency-Key"] for outgoing in app.sent}) == 2


def test_all_sendings_are_on_record_and_the_last_one_is_what_became_of_the_question() -> None:
    rows, _ = play(Application(FAILED, SILENT, OK))

    assert [(row["attempt"], row["outcome"], row["asks"], row["again"]) for row in rows] == [
        (0, "error", False, True),
        (1, "hung", False, True),
        (2, "ok", True, False),
    ]
    assert len({(row["t"], row["canary"], row["turn"], row["channel"]) for row in rows}) == 1


def test_a_question_is_waited_for_since_it_was_first_sent_and_an_end_begins_a_wait_anew() -> None:
    first, silent, last = play(Application(FAILED, SILENT, OK))[0]

    assert (first["sent"], first["waits"]) == (0.0, 0.0)
    assert 0.0 < silent["sent"] < last["sent"]
    assert silent["waits"] == last["waits"] == silent["sent"]
    assert [round(row["duration"] - row["sent"], 6) for row in (first, silent, last)] == [0.5, 5.0, 0.5]


@pytest.mark.parametrize(
    ("retry", "fates", "sendings"),
    [
        (None, [FAILED], 1),
        (1, [FAILED, FAILED], 2),
        (2, [OK], 1),
        ({"times": 5, "on": ["hung"]}, [SILENT, FAILED], 2),
        ({"times": 5, "on": ["refused"]}, [REFUSED, OK], 2),
    ],
)
def test_it_is_sent_again_so_often_at_most_and_only_after_what_the_profile_names(
    retry: Any, fates: Fates, sendings: int
) -> None:
    step = Step.model_validate({**ASK.model_dump(by_alias=True, exclude_none=True), "retry": retry})
    rows, _ = play(Application(*fates), step)

    assert len(rows) == sendings
    assert [row["asks"] for row in rows] == [False] * (sendings - 1) + [True]


def test_what_could_not_be_asked_is_not_sent_again() -> None:
    rows, _ = play(app := Application(), ASK.model_copy(update={"post": "/{{ from_no_step }}"}))

    assert (len(rows), rows[0]["outcome"], app.sent) == (1, "error", [])


def test_where_the_timeline_ends_in_the_pause_the_question_is_over() -> None:
    app = Application(FAILED)
    rows, _ = play(app, over=lambda: bool(app.paused))

    assert [(row["outcome"], row["asks"], row["again"]) for row in rows] == [("error", True, False)]


@pytest.mark.parametrize(
    ("fates", "copies", "double"),
    [
        ([SILENT, OK], 1, False),
        ([SILENT, OK], 2, True),  # nobody had heard of the first one: it is the same message still
        ([REFUSED, OK], 2, False),  # the user was told no, and said it once more
        ([FAILED, OK], 2, False),
        ([FAILED, OK], 3, True),
        ([FAILED, SILENT, OK], 2, False),
        ([FAILED, SILENT, OK], 3, True),
        ([("cut", None), OK], 2, True),
        ([("cut", 200), OK], 2, False),  # it was taken, and the user saw its answer break off
        ([OK], 2, True),
    ],
)
def test_a_message_may_be_there_once_and_once_more_for_each_time_its_user_was_told_and_said_it_again(
    fates: Fates, copies: int, double: bool
) -> None:
    rows, look = play(Application(*fates, copies=copies))

    assert look["duplicated"] == ([rows[0]["canary"]] if double else [])
    assert (look["missing"], look["reordered"], look["acknowledged"]) == ([], [], 1)


def test_what_was_said_and_not_accepted_is_looked_for_too() -> None:
    rows, look = play(Application(FAILED, FAILED, FAILED, copies=0))

    assert (look["missing"], look["unkept"]) == ([], [rows[0]["canary"]])
    assert play(Application(OK, copies=0))[1]["unkept"] == []
