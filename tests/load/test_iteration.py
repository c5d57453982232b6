from __future__ import annotations

import json
from collections.abc import Callable
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
from brownout.mistakes import NOT_FILLED, NOT_READ
from brownout.profile import Effects, History, Journey, Read, Step

JSON = Read(json="reply", error="error")
CREATE = Step(name="create", post="/c", json={"user": "{{ user }}"}, keep={"conversation": "id"})
ASK = Step(name="ask", post="/c/{{ conversation }}", json={"text": "{{ message }}"}, reply=JSON, repeat=2)
RATE = Step(name="rate", post="/rate", json={"stars": 5})
EFFECTS = Effects(get="/refunds/{{ conversation }}", items="refunds")
HISTORY = History(get="/c/{{ conversation }}", messages="messages")

Answer = Callable[[Outgoing], tuple[Received, dict[str, Any]]]


class Application:
    """Answers requests in memory; a path may be given an answer of its own."""

    def __init__(self, **special: Answer) -> None:
        self.special = special
        self.sent: list[Outgoing] = []
        self.paused: list[float] = []
        self.messages: list[dict[str, str]] = []

    def send(self, outgoing: Outgoing, reply: ShownReply, patience: float) -> Received:
        self.sent.append(outgoing)
        step = "history" if outgoing.method == "GET" else {"/c": "create", "/rate": "rate"}.get(outgoing.path, "ask")
        received, document = self.special.get(step, self.answer)(outgoing)
        reply.feed(json.dumps(document).encode())
        return received

    def cookies(self, url: str) -> str:
        return ""

    def pause(self, seconds: float) -> None:
        self.paused.append(seconds)

    def answer(self, outgoing: Outgoing) -> tuple[Received, dict[str, Any]]:
        body = json.loads(outgoing.body or b"{}")
        if "text" in body:
            text = f"{body['text']} {SENTINEL}"
            self.messages += [{"role": "user", "text": body["text"]}, {"role": "assistant", "text": text}]
            return Received("whole", 0.1, 200), {"reply": text}
        return Received("whole", 0.1, 201), {"id": "c-1", "messages": self.messages}

    @property
    def paths(self) -> list[str]:
        return [f"{outgoing.method} {outgoing.path}" for outgoing in self.sent]


def fails(status: int | None, ending: Any = "whole") -> Answer:
    why = "" if ending == "whole" else "why not"
    return lambda outgoing: (Received(ending, 1.0, status, why=why), {"error": "no luck"})


def play(
    app: Application,
    *steps: Step,
    history: History | None = HISTORY,
    effects: Effects | None = None,
    person: Person | None = None,
    over: Callable[[], bool] = lambda: False,
    notice: str | None = None,
) -> list[dict[str, Any]]:
    journal = MemoryJournal()
    journey = Journey(steps=steps, history=history, effects=effects, notice=notice)
    part = Part("chat", journey, 7, 5.0, "http://127.0.0.1:1")
    Iteration(scene_of(part, person or Person(3), app, journal), {"http": HttpLine()}, over).run()
    return journal.rows


def mark(turn: int, iteration: int = 0) -> str:
    return canary.make(7, "chat", 3, iteration, turn)


def test_steps_and_turns_are_taken_in_order_and_the_history_last() -> None:
    app = Application()
    rows = play(app, CREATE, ASK, RATE)
    assert app.paths == ["POST /c", "POST /c/c-1", "POST /c/c-1", "POST /rate", "GET /c/c-1"]
    assert [(row.get("step"), row.get("turn"), row.get("asks")) for row in rows] == [
        ("create", 0, False),
        ("ask", 1, True),
        ("ask", 2, True),
        ("rate", 3, False),
        (None, None, None),
    ]


def test_each_turn_that_speaks_has_a_canary_of_its_own() -> None:
    rows = play(Application(), CREATE, ASK)
    assert [row["canary"] for row in rows[:3]] == [None, mark(1), mark(2)]
    assert [row["acknowledged"] for row in rows[:3]] == [False, True, True]


def test_a_whole_history_is_one_row() -> None:
    (history,) = (row for row in play(Application(), CREATE, ASK) if row["kind"] == "history")
    assert (history["readable"], history["acknowledged"], history["found"]) == (True, 2, 2)
    assert history["missing"] == history["duplicated"] == history["half"] == history["errors"] == []


def test_a_message_that_was_refused_is_not_acknowledged() -> None:
    rows = play(Application(ask=fails(500)), CREATE, ASK)
    assert [(row["outcome"], row["acknowledged"]) for row in rows[1:3]] == [("error", False)] * 2
    assert (rows[-1]["acknowledged"], rows[-1]["missing"]) == (0, [])


def test_a_stream_that_broke_off_after_a_good_head_was_acknowledged() -> None:
    rows = play(Application(ask=fails(200, "cut")), CREATE, ASK)
    assert [(row["outcome"], row["acknowledged"]) for row in rows[1:3]] == [("cut", True)] * 2
    assert rows[-1]["missing"] == [mark(1), mark(2)]


def test_a_user_who_gave_up_leaves_the_rest_of_the_step_and_reads_the_history() -> None:
    app = Application(ask=fails(None, "hung"))
    rows = play(app, CREATE, ASK, RATE)
    assert app.paths == ["POST /c", "POST /c/c-1", "POST /rate", "GET /c/c-1"]
    assert [row.get("outcome", "history") for row in rows] == ["ok", "hung", "ok", "history"]


def test_a_question_that_cannot_be_asked_for_want_of_an_earlier_answer_is_an_error() -> None:
    app = Application(create=fails(500))
    rows = play(app, CREATE, ASK, RATE)
    assert app.paths == ["POST /c"]
    assert [(row["step"], row["outcome"]) for row in rows] == [("create", "error"), ("ask", "error")]
    assert "'conversation' is undefined" in rows[1]["detail"]
    assert (rows[1]["asks"], rows[1]["status"], rows[1]["canary"]) == (True, None, mark(1))


def test_no_new_step_begins_when_the_timeline_is_over_but_the_history_is_read() -> None:
    app = Application()
    rows = play(app, CREATE, ASK, over=lambda: len(app.sent) >= 2)
    assert app.paths == ["POST /c", "POST /c/c-1", "GET /c/c-1"]
    assert rows[-1]["found"] == 1


def test_users_think_before_each_turn() -> None:
    app = Application()
    play(app, CREATE, ASK.model_copy(update={"think": 1.5}), history=None)
    assert app.paused == [1.5, 1.5]


def test_a_history_that_cannot_be_read_says_why() -> None:
    rows = play(Application(history=fails(502)), CREATE, ASK)
    assert (rows[-1]["readable"], rows[-1]["status"], rows[-1]["acknowledged"]) == (False, 502, 2)
    assert "no luck" in rows[-1]["detail"]


def test_a_history_that_nobody_knows_the_place_of_is_unreadable_if_anything_was_acknowledged() -> None:
    ask = ASK.model_copy(update={"post": "/c/any"})
    rows = play(Application(), ask)
    assert (rows[-1]["kind"], rows[-1]["readable"]) == ("history", False)


def test_earlier_iterations_of_the_same_user_are_known() -> None:
    app, person = Application(), Person(3)
    play(app, CREATE, ASK, person=person)
    person.iteration += 1
    rows = play(app, CREATE, ASK, person=person)
    assert [row["canary"] for row in rows[1:3]] == [mark(1, 1), mark(2, 1)]
    assert (rows[-1]["found"], rows[-1]["foreign"], rows[-1]["duplicated"]) == (2, [], [])


def test_no_row_holds_what_the_user_said_or_was_told() -> None:
    rows = play(Application(ask=fails(500)), CREATE, ASK) + play(Application(), CREATE, ASK)
    assert "sky" not in json.dumps(rows)


def test_effects_are_read_last_and_counted_for_each_message() -> None:
    app = Application()

    def done(outgoing: Outgoing) -> tuple[Received, dict[str, Any]]:
        texts = [message["text"] for message in app.messages if message["role"] == "user"]
        return Received("whole", 0.1, 200), {"refunds": [{"for": text} for text in (*texts, texts[0])]}

    app.special["history"] = done
    row = play(app, CREATE, ASK, history=None, effects=EFFECTS)[-1]
    assert app.paths[-1] == "GET /refunds/c-1"
    assert (row["kind"], row["readable"], row["made"], row["duplicated"]) == ("effects", True, 3, [mark(1)])


def test_effects_say_whether_they_came_from_whole_words() -> None:
    app = Application()

    def done(outgoing: Outgoing) -> tuple[Received, dict[str, Any]]:
        texts = [message["text"] for message in app.messages if message["role"] == "user"]
        ends = (f" {canary.SENTINEL}", "")
        said = [{"for": f"You said: {text}{end}"} for text, end in zip(texts, ends, strict=True)]
        return Received("whole", 0.1, 200), {"refunds": [*said, {"for": "You said: R"}]}

    app.special["history"] = done
    row = play(app, CREATE, ASK, history=None, effects=EFFECTS)[-1]
    assert (row["whole"], row["half"], row["nameless"]) == ([mark(1)], [mark(2)], 1)


def test_effects_that_cannot_be_read_say_why() -> None:
    rows = play(Application(history=fails(502)), CREATE, ASK, history=None, effects=EFFECTS)
    assert (rows[-1]["readable"], rows[-1]["made"], rows[-1]["status"]) == (False, 0, 502)
    assert "HTTP 502" in rows[-1]["detail"]


def test_effects_whose_place_nobody_knows_cannot_be_read() -> None:
    ask = ASK.model_copy(update={"post": "/c/any"})
    row = play(Application(), ask, history=None, effects=EFFECTS)[-1]
    assert (row["kind"], row["readable"]) == ("effects", False)
    assert "nowhere to read them" in row["detail"]


def test_headers_and_paths_are_templates_too() -> None:
    app = Application()
    step = Step(name="ask", get="/ask?q={{ canary }}", headers={"X-User": "u-{{ user }}"}, reply=JSON)
    rows = play(app, step, history=None)
    assert app.sent[0].path == f"/ask?q={mark(0)}"
    assert app.sent[0].headers["X-User"] == "u-3"
    assert rows[0]["canary"] == mark(0)


def remembering(app: Application, *, from_turn: int = 0, also: str = "") -> Answer:
    """Answers as the stand-in does: they name what was said before, from a turn on, and somebody else's words."""

    def answer(outgoing: Outgoing) -> tuple[Received, dict[str, Any]]:
        earlier = [canary.find(message["text"]) for message in app.messages if message["role"] == "user"]
        received, document = app.answer(outgoing)
        named = " ".join([*map(str, earlier[from_turn:]), also])
        return received, {"reply": f"I remember {named} and what came with it. {document['reply']}"}

    return answer


def test_an_answer_is_held_against_the_questions_before_it() -> None:
    app = Application()
    app.special["ask"] = remembering(app)
    asked = [row for row in play(app, CREATE, ASK) if row.get("step") == "ask"]
    assert [(row["earlier"], row["forgotten"], row["foreign"]) for row in asked] == [(0, [], []), (1, [], [])]


def test_what_an_answer_forgot_and_whose_words_it_knows_is_in_its_row() -> None:
    stranger = canary.stranger("x")
    app = Application()
    app.special["ask"] = remembering(app, from_turn=1, also=stranger)
    asked = [row for row in play(app, CREATE, ASK) if row.get("step") == "ask"]
    assert [(row["earlier"], row["forgotten"], row["foreign"]) for row in asked] == [
        (0, [], [stranger]),
        (1, [mark(1)], [stranger]),
    ]


def test_a_question_that_got_no_answer_need_not_be_remembered() -> None:
    app = Application()
    answers = [fails(500), remembering(app, from_turn=1)]
    app.special["ask"] = lambda outgoing: answers.pop(0)(outgoing)
    asked = [row for row in play(app, CREATE, ASK) if row.get("step") == "ask"]
    assert [(row["outcome"], row["earlier"], row["forgotten"]) for row in asked] == [("error", 0, []), ("ok", 0, [])]


def test_a_second_look_tells_late_messages_from_lost_ones() -> None:
    app = Application()
    looks: list[list[dict[str, str]]] = []

    def look(outgoing: Outgoing) -> tuple[Received, dict[str, Any]]:
        shown = app.messages[: 0 if not looks else 2]
        looks.append(shown)
        return Received("whole", 0.1, 200), {"messages": shown}

    app.special["history"] = look
    rows = play(app, CREATE, ASK, history=HISTORY.model_copy(update={"again": 0.25}))
    assert (rows[-1]["missing"], rows[-1]["late"]) == ([mark(1), mark(2)], [mark(1)])
    assert (len(looks), app.paused) == (2, [0.25])


def test_nobody_looks_twice_at_what_is_whole() -> None:
    app = Application()
    rows = play(app, CREATE, ASK, history=HISTORY.model_copy(update={"again": 0.25}))
    assert (rows[-1]["missing"], rows[-1]["late"], app.paused) == ([], [], [])


def test_a_step_that_had_nothing_to_keep_says_where_it_looked_and_what_there_was() -> None:
    misspelt = CREATE.model_copy(update={"keep": {"conversation": "di"}})

    created, asked = play(Application(), misspelt, ASK, history=None)

    assert created["outcome"] == "ok"
    assert created["detail"] == "nothing to keep where the profile looks: di"
    assert created["paths"] == ["id", "messages"]
    assert asked["detail"].startswith("could not be asked, for want of an earlier step's answer")


@pytest.mark.parametrize(
    "step",
    [
        ASK.model_copy(update={"json_": {"text": "{{ message }}", "n": "{{ 1 / (user - 3) }}"}}),
        ASK.model_copy(update={"json_": {"text": "{{ message }}", "n": "{{ conversation.number }}"}}),
        ASK.model_copy(update={"post": "{{ 'http://example.com/' }}"}),
        ASK.model_copy(update={"headers": {"X-Of": "{{ message }}\n"}}),
    ],
)
def test_a_step_that_the_profile_gets_wrong_is_no_question_to_the_application(step: Step) -> None:
    app = Application()

    rows = play(app, CREATE, step, RATE, history=None)

    assert app.paths == ["POST /c"]
    assert [row["step"] for row in rows] == ["create", "ask"]
    assert rows[-1]["detail"].startswith(NOT_FILLED)
    assert (rows[-1]["asks"], rows[-1]["canary"], rows[-1]["outcome"]) == (False, None, "error")


def test_a_look_that_the_profile_gets_wrong_is_no_history_that_is_lost() -> None:
    rows = play(Application(), CREATE, ASK, history=HISTORY.model_copy(update={"get": "/c/{{ conversation.id.x }}"}))

    assert (rows[-1]["kind"], rows[-1]["step"], rows[-1]["asks"]) == ("journey", "history", False)
    assert rows[-1]["detail"].startswith(NOT_FILLED)


SLOW = ("(a+)+b$", "(a+)+c$", "(a+)+d$")  # one that was too slow is not tried again in this process
LONG = "a" * 60


@pytest.mark.parametrize(
    ("pattern", "reply", "notice"),
    [
        (SLOW[0], Read(text=True, error=SLOW[0]), None),
        (SLOW[1], Read(text=True, model=SLOW[1]), None),
        (SLOW[2], JSON, SLOW[2]),
    ],
)
def test_an_answer_that_takes_too_long_to_search_is_no_failure_of_the_application(
    pattern: str, reply: Read, notice: str | None
) -> None:
    app = Application(ask=lambda outgoing: (Received("whole", 0.1, 200), {"reply": LONG}))

    rows = play(app, CREATE, ASK.model_copy(update={"reply": reply}), RATE, history=None, notice=notice)

    assert [row["step"] for row in rows] == ["create", "ask"]
    assert rows[-1]["detail"].startswith(f"{NOT_READ}: the regular expression '{pattern}' took more than 0.5 s")
    assert (rows[-1]["asks"], rows[-1]["canary"], rows[-1]["outcome"]) == (False, None, "error")
    assert rows[-1]["status"] is None


OPEN = History(get="/c/of/{{ user }}", messages="messages")


def test_a_user_who_has_said_nothing_looks_whether_anything_is_there() -> None:
    app = Application()
    app.messages = [
        {"role": "assistant", "text": "Hello! How can I help?"},
        {"role": "user", "text": f"Reference {mark(0)}."},
    ]
    rows = play(app, CREATE, ASK, history=OPEN, person=Person(0))

    assert app.paths[0] == "GET /c/of/0"
    assert [(row["what"], row["shown"]) for row in rows if row["kind"] == "before"] == [("history", 1)]


def test_nobody_looks_before_where_that_takes_an_earlier_step() -> None:
    rows = play(Application(), CREATE, ASK, person=Person(0))

    assert [row for row in rows if row["kind"] == "before"] == []


def test_only_the_first_users_look_before_and_only_once() -> None:
    late, again = Application(), Application()
    play(late, CREATE, history=OPEN, person=Person(3))
    play(again, CREATE, history=OPEN, person=Person(0, iteration=1))

    assert late.paths[0] == again.paths[0] == "POST /c"
