"""A journey on WhatsApp, played against a telephone in memory."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from brownout.calls import canary
from brownout.calls.canary import SENTINEL
from brownout.journal import MemoryJournal
from brownout.load.channel import ChannelDown, Line
from brownout.load.http_channel import HttpLine
from brownout.load.iteration import Iteration, look_once_more, scene_of
from brownout.load.reading import Received
from brownout.load.scene import KEPT, Outgoing, Part, Person
from brownout.load.shown_reply import ShownReply
from brownout.load.whatsapp.channel import WhatsAppLine
from brownout.load.whatsapp.chat import Chat
from brownout.load.whatsapp.phone import Heard, digits
from brownout.mistakes import NOT_READ
from brownout.profile import History, Journey, Read, Said, Step

ASK = Step(name="ask", whatsapp=Said(text="{{ message }}"))
TWICE = ASK.model_copy(update={"repeat": 2})
WEB = Step(
    name="web",
    instead_of="ask",
    post="/chat",
    json={"who": "{{ phone }}", "text": "{{ message }}"},
    reply=Read(json="reply"),
)
SHOWN = History(get="/history/{{ phone }}", messages="messages")
NOTICE = "move to chat\\.example\\.com"
MOVING = "We are closing here: MOVE to chat.example.com."

Bot = Callable[[int, str], Sequence[Heard]]


def said(text: str, *, by: str = "bot", answers: str | None = None) -> Heard:
    return Heard("", by, text, answers)


def echo(number: int, text: str) -> list[Heard]:
    return [said(f"You said: {text} {SENTINEL}")]


class Wire:
    """A telephone and an application behind it: ``bot`` gives what comes back for the nth message."""

    def __init__(self, bot: Bot = echo) -> None:
        self.bot = bot
        self.written: list[dict[str, Any]] = []
        self.sent: list[Outgoing] = []
        self.messages: list[dict[str, str]] = []
        self._came: list[Heard] = []
        self._ids = itertools.count()

    def comes(self, *messages: Heard) -> None:
        self._came += [Heard(f"m{next(self._ids)}", one.by, one.text, one.answers) for one in messages]

    def write(self, content: Mapping[str, Any]) -> str:
        number, text = len(self.written), str(content.get("text") or content.get("caption") or "")
        self.written.append(dict(content))
        self.messages.append({"role": "user", "text": text})
        self.comes(*self.bot(number, text))
        return f"q{number}"

    def read(self, after: str, wait: float) -> list[Heard]:
        ids = [one.id for one in self._came]
        return self._came[ids.index(after) + 1 :] if after in ids else list(self._came)

    def send(self, outgoing: Outgoing, reply: ShownReply, patience: float) -> Received:
        self.sent.append(outgoing)
        text = str(json.loads(outgoing.body or b"{}").get("text"))
        shown = {"messages": self.messages} if outgoing.method == "GET" else {"reply": f"{text} {SENTINEL}"}
        reply.feed(json.dumps(shown).encode())
        return Received("whole", 0.1, 200)

    def cookies(self, url: str) -> str:
        return ""

    def pause(self, seconds: float) -> None:
        pass


class Play:
    """One user who plays a journey again and again; patience is soon over."""

    def __init__(self, wire: Wire, *steps: Step, folder: Path = Path(), **journey: Any) -> None:
        self.wire = wire
        self.part = Part("chat", Journey(steps=steps, **journey), 7, 0.01, "http://127.0.0.1:1", place=4, folder=folder)
        self.person = Person(3)
        chat = WhatsAppLine(Chat(wire, self.part.tells_of_the_end))
        self.lines: dict[str, Line] = {"http": HttpLine(), "whatsapp": chat}

    def once(self) -> list[dict[str, Any]]:
        journal = MemoryJournal()
        Iteration(scene_of(self.part, self.person, self.wire, journal), self.lines, lambda: False).run()
        self.person.iteration += 1
        return journal.rows

    def last(self) -> list[dict[str, Any]]:
        journal = MemoryJournal()
        look_once_more(scene_of(self.part, self.person, self.wire, journal), self.lines)
        return journal.rows


def mark(turn: int, iteration: int = 0) -> str:
    return canary.make(7, "chat", 3, iteration, turn)


def test_the_message_that_comes_back_is_the_answer() -> None:
    wire = Wire()
    (row, chat) = Play(wire, ASK).once()
    assert (row["outcome"], row["channel"], row["asks"], row["canary"]) == ("ok", "whatsapp", True, mark(0))
    assert (row["status"], row["streamed"], row["acknowledged"]) == (None, False, True)
    assert row["first_token"] == row["duration"] > 0
    assert chat["kind"] == "chat"
    assert (chat["said"], chat["answered"], chat["repeated"], chat["loose"]) == ([mark(0)], [mark(0)], [], 0)
    assert (wire.written[0]["to"], mark(0) in wire.written[0]["text"]) == ("business", True)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Sorry, something went wrong.", "error"),
        ("One moment, please: I am thinking about it", "half"),
        ("", "empty"),
        (f"Whole. {SENTINEL}", "ok"),
    ],
)
def test_a_message_that_names_nothing_is_judged_as_the_answer(text: str, outcome: str) -> None:
    row, chat = Play(Wire(lambda number, asked: [said(text)]), ASK).once()
    assert (row["outcome"], row["acknowledged"], chat["loose"]) == (outcome, False, 1)


@pytest.mark.parametrize(
    ("text", "outcome"), [("One moment (stopped)", "cut"), ("!! nobody is there", "error"), ("One moment", "half")]
)
def test_a_message_can_be_marked_as_broken_off_or_failed(text: str, outcome: str) -> None:
    marked = Step(name="ask", whatsapp=Said(text="{{ message }}", error="^!! ", incomplete=r"\(stopped\)$"))
    row, _ = Play(Wire(lambda number, asked: [said(text)]), marked).once()
    assert row["outcome"] == outcome


def test_silence_is_hung_and_the_rest_of_the_step_is_left() -> None:
    row, chat = Play(Wire(lambda number, text: []), TWICE).once()
    assert (row["outcome"], row["duration"], row["acknowledged"]) == ("hung", 0.01, False)
    assert (chat["said"], chat["answered"]) == ([mark(0)], [])


def test_a_late_answer_is_not_that_of_the_present_turn_and_its_question_arrived() -> None:
    texts: list[str] = []

    def late(number: int, text: str) -> list[Heard]:
        texts.append(text)
        return [] if number == 0 else [*echo(0, texts[0]), *echo(1, text)]

    play = Play(Wire(late), ASK, conversation="user", history=SHOWN)
    first, second = play.once(), play.once()
    assert (first[0]["outcome"], first[2]["acknowledged"]) == ("hung", 0)
    assert (second[0]["outcome"], second[1]["answered"]) == ("ok", [mark(0), mark(0, 1)])
    assert (second[2]["acknowledged"], second[2]["found"], second[2]["missing"]) == (2, 2, [])


def test_an_answer_that_comes_again_is_counted_with_the_next_look() -> None:
    wire = Wire()
    play = Play(wire, ASK)
    (_, first) = play.once()
    wire.comes(said(f"You said: {mark(0)} {SENTINEL}"))
    (row, second) = play.once()
    wire.comes(said(f"You said: {mark(0, 1)} {SENTINEL}"))
    (last,) = play.last()
    assert (first["repeated"], second["repeated"], last["repeated"]) == ([], [mark(0)], [mark(0, 1)])
    assert (row["outcome"], last["said"], last["iteration"]) == ("ok", [], 1)
    assert play.last() == []


def test_the_channel_itself_turns_users_away() -> None:
    wire = Wire(lambda number, text: [said("Nobody answers here any more.", by="channel", answers=f"q{number}")])
    row, chat = Play(wire, TWICE, notice="nobody").once()
    assert (row["outcome"], row["acknowledged"], row["noticed"]) == ("turned_away", False, False)
    assert (chat["turned_away"], len(wire.written)) == (1, 1)


def test_another_channel_is_taken_where_the_latest_turn_was_in_vain() -> None:
    wire = Wire(lambda number, text: [] if number == 1 else echo(number, text))
    play = Play(wire, ASK, WEB)
    answered, silent = play.once(), play.once()
    assert [row.get("step") for row in answered] == ["ask", None]
    assert [(row["step"], row["channel"], row["instead_of"]) for row in silent[:2]] == [
        ("ask", "whatsapp", None),
        ("web", "http", "ask"),
    ]
    assert json.loads(wire.sent[0].body or b"")["who"] == "999040000003" == digits(4, 3)
    assert silent[1]["canary"] == mark(1, 1)


def test_the_step_in_whose_stead_another_is_taken_counts_by_its_last_turn() -> None:
    wire = Wire(lambda number, text: [said("Sorry.")] if number == 0 else echo(number, text))
    assert [row.get("step") for row in Play(wire, TWICE, WEB).once()] == ["ask", "ask", None]


def test_a_conversation_may_last_as_long_as_its_user() -> None:
    def forgets(number: int, text: str) -> list[Heard]:
        return [said(f"You said: {text} {SENTINEL}")]

    for conversation, earlier in (("user", [0, 1, 2]), ("iteration", [0, 0, 0])):
        play = Play(Wire(forgets), ASK, conversation=conversation)
        rows = [play.once()[0] for _ in range(3)]
        assert [row["earlier"] for row in rows] == earlier
        assert [len(row["forgotten"]) for row in rows] == earlier


def test_what_is_held_against_a_long_conversation_is_bounded() -> None:
    play = Play(Wire(), TWICE.model_copy(update={"repeat": 100}), conversation="user", history=SHOWN)
    histories = [play.once()[-1] for _ in range(3)]
    assert [row["acknowledged"] for row in histories] == [100, 200, KEPT]
    assert [row["missing"] for row in histories] == [[], [], []]


def test_the_export_is_read_after_the_history_and_compared_in_the_same_way() -> None:
    wire = Wire()
    export = History(get="/export?of={{ phone }}", messages="messages")
    rows = Play(wire, TWICE, history=SHOWN, export=export).once()
    assert [row["kind"] for row in rows] == ["journey", "journey", "chat", "history", "export"]
    assert [outgoing.path for outgoing in wire.sent] == [f"/history/{digits(4, 3)}", f"/export?of={digits(4, 3)}"]
    assert (rows[-1]["readable"], rows[-1]["acknowledged"], rows[-1]["found"]) == (True, 2, 2)


def test_an_export_that_holds_no_messages_could_not_be_read() -> None:
    rows = Play(Wire(), ASK, export=History(get="/export", messages="nowhere")).once()
    assert (rows[-1]["kind"], rows[-1]["readable"], rows[-1]["acknowledged"]) == ("export", False, 1)


def test_a_notice_that_comes_unasked_is_no_answer_and_is_noticed() -> None:
    wire = Wire(lambda number, text: [said(MOVING), *echo(number, text)])
    row, chat = Play(wire, ASK, notice=NOTICE).once()
    assert (row["outcome"], row["noticed"], chat["loose"]) == ("ok", True, 1)


def test_a_notice_between_two_turns_is_noticed_when_the_next_begins() -> None:
    wire = Wire()
    play = Play(wire, ASK, notice=NOTICE)
    (before, _) = play.once()
    wire.comes(said(MOVING))
    (after, chat) = play.once()
    assert (before["noticed"], after["noticed"], after["outcome"], chat["loose"]) == (False, True, "ok", 1)


def test_a_notice_after_the_last_turn_has_a_row_of_its_own() -> None:
    wire = Wire()
    play = Play(wire, ASK, notice=NOTICE)
    wire.bot = lambda number, text: [*echo(number, text), said("Goodbye.")]
    play.once()
    wire.comes(said(MOVING))
    told, chat = play.last()
    assert (told["kind"], told["asks"], told["noticed"], told["canary"]) == ("journey", False, True, None)
    assert chat["loose"] == 1


def test_a_message_that_takes_too_long_to_search_for_a_notice_is_the_profiles_doing_whenever_it_comes() -> None:
    slow = said("a" * 60 + "b")
    play = Play(Wire(lambda number, text: [slow]), TWICE, notice="(a+)+$")

    rows = play.once()
    play.wire.comes(slow)
    last = play.last()

    assert [(row["step"], row["asks"], row["outcome"]) for row in rows if row["kind"] == "journey"] == [
        ("ask", False, "error")
    ]
    assert [(row["step"], row["asks"], row["outcome"]) for row in last] == [("notice", False, "error")]
    assert all(row["detail"].startswith(NOT_READ) for row in [*last, *rows] if row["kind"] == "journey")


def test_a_notice_in_an_answers_place_is_no_half_answer() -> None:
    wire = Wire(lambda number, text: [said(MOVING, answers=f"q{number}")])
    (row, _) = Play(wire, ASK, notice=NOTICE).once()
    assert (row["outcome"], row["noticed"], row["acknowledged"]) == ("error", True, True)


def test_the_reply_of_a_request_can_tell_users_too() -> None:
    web = WEB.model_copy(update={"instead_of": None, "json_": {"text": MOVING}})
    row, *_ = Play(Wire(), web, notice=NOTICE).once()
    assert (row["noticed"], row["channel"]) == (True, "http")


def test_the_channels_assistant_is_asked_beside_the_application() -> None:
    control = Step(name="control", whatsapp=Said(text="{{ message }}", to="meta_ai"))
    wire = Wire(lambda number, text: [said(f"You said: {text} {SENTINEL}", by="meta_ai", answers=f"q{number}")])
    row, chat, history = Play(wire, control, history=SHOWN).once()
    assert (row["outcome"], row["acknowledged"]) == ("ok", False)
    assert row["channel"] == wire.written[0]["to"] == "meta_ai"
    assert (chat["said"], chat["loose"], history["acknowledged"], history["duplicated"]) == ([], 0, 0, [])


def test_an_answer_of_the_application_is_none_of_the_assistants() -> None:
    control = Step(name="control", whatsapp=Said(text="{{ message }}", to="meta_ai"))
    (row, chat) = Play(Wire(lambda number, text: [said("Hello?")]), control).once()
    assert (row["outcome"], chat["loose"]) == ("hung", 1)


def test_files_are_sent_with_their_type_and_caption(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    (tmp_path / "a.ogg").write_bytes(b"OggS")
    picture = Step(name="picture", whatsapp=Said(image="a.png", caption="{{ message }}"))
    voice = Step(name="voice", whatsapp=Said(voice="a.ogg"))
    wire = Wire(lambda number, text: [said(f"You sent: {text} {SENTINEL}")])
    rows = Play(wire, picture, voice, folder=tmp_path).once()
    first, second = wire.written
    assert (first["image"], first["mime"], mark(0) in first["caption"]) == ("iVBORw==", "image/png", True)
    assert (second["voice"], second["mime"]) == ("T2dnUw==", "audio/ogg; codecs=opus")
    assert [(row["outcome"], row["canary"]) for row in rows[:2]] == [("ok", mark(0)), ("ok", None)]
    assert (rows[2]["said"], rows[2]["answered"]) == ([mark(0)], [mark(0)])


def test_a_strangers_words_are_found_in_an_answer() -> None:
    stranger = canary.stranger("x")
    (row, _) = Play(Wire(lambda number, text: [said(f"You said: {stranger} {SENTINEL}")]), ASK).once()
    assert (row["outcome"], row["foreign"]) == ("ok", [stranger])


def test_a_stand_in_that_does_not_do_its_work_is_no_break_of_the_application() -> None:
    def down(number: int, text: str) -> list[Heard]:
        raise ChannelDown("the stand-in did not take a message")

    with pytest.raises(ChannelDown, match="did not take a message"):
        Play(Wire(down), ASK).once()


def test_no_row_holds_what_was_said_or_heard() -> None:
    play = Play(Wire(), ASK, WEB, notice=NOTICE)
    rows = play.once() + play.last()
    assert "sky" not in json.dumps(rows)
    assert digits(4, 3) not in json.dumps(rows)
