from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from brownout.calls import canary
from brownout.calls.canary import SENTINEL
from brownout.load.whatsapp.belonging import KEPT, Book, Question
from brownout.load.whatsapp.phone import Heard

MARKS = [canary.make(7, "chat", 0, 0, turn) for turn in range(6)]
STRANGER = canary.stranger("x")


def book_of(*marks: str | None) -> tuple[Book, list[Question]]:
    book, questions = Book(), [Question(f"q{number}", mark) for number, mark in enumerate(marks)]
    for question in questions:
        book.ask(question)
    return book, questions


def bot(text: str, answers: str | None = None) -> Heard:
    return Heard("m", "bot", text, answers)


def test_a_message_belongs_to_the_one_that_it_quotes_whatever_its_words_say() -> None:
    book, (first, second) = book_of(*MARKS[:2])
    assert book.take(bot(f"You said: {MARKS[1]}", answers="q0"), second) is first


def test_without_a_quote_it_belongs_to_the_first_canary_in_it() -> None:
    book, (first, second) = book_of(*MARKS[:2])
    assert book.take(bot(f"You said: {MARKS[1]}. I remember {MARKS[0]}."), second) is second
    assert book.take(bot(f"You said: {MARKS[0]}. {SENTINEL}", answers="of somebody else's"), second) is first


def test_without_either_it_is_the_answer_of_the_present_turn_and_loose() -> None:
    book, (question,) = book_of(MARKS[0])
    assert book.take(bot("Sorry, please try again later."), question) is question
    assert book.take(bot("We are moving house.")) is None
    assert book.count() == {"said": [MARKS[0]], "answered": [], "repeated": [], "loose": 2, "turned_away": 0}


def test_a_strangers_words_are_the_answer_of_the_present_turn_and_own_words_of_another_channel_are_not() -> None:
    book, (question,) = book_of(MARKS[0])
    assert book.take(bot(f"You said: {STRANGER}"), question, marks=MARKS) is question
    assert book.take(bot(f"You said: {MARKS[5]}"), question, marks=MARKS) is None


def test_what_came_late_or_again_is_counted_with_the_next_look() -> None:
    book, (_, second) = book_of(*MARKS[:2])
    book.take(bot(MARKS[1]), second)
    assert book.count() == {
        "said": MARKS[:2],
        "answered": [MARKS[1]],
        "repeated": [],
        "loose": 0,
        "turned_away": 0,
    }
    book.take(bot(MARKS[0]))
    for _ in range(3):
        book.take(bot(MARKS[1]))
    found = book.count()
    assert (found["said"], found["answered"], found["repeated"]) == ([], [MARKS[0]], [MARKS[1]])


def test_a_voice_message_is_answered_by_what_names_earlier_ones_unless_one_of_these_still_waits() -> None:
    book, (first, waiting, voice) = book_of(MARKS[0], MARKS[1], None)
    book.take(bot(MARKS[0]), first)
    assert book.take(bot(f"You said nothing. I remember {MARKS[0]}."), voice) is voice
    assert book.take(bot(f"You said: {MARKS[1]}"), voice) is waiting
    assert book.count()["repeated"] == []


def test_the_assistant_of_the_channel_answers_only_what_was_asked_of_it() -> None:
    book, (question,) = book_of(MARKS[0])
    control = Question("c", MARKS[1], "meta_ai")
    book.ask(control)
    assert book.take(Heard("m", "meta_ai", MARKS[1], "c"), control) is control
    assert book.take(bot("Hello?"), control) is None
    assert book.take(Heard("m", "channel", "Nobody is here", "q0"), control) is question
    assert book.count() == {"said": [MARKS[0]], "answered": [], "repeated": [], "loose": 1, "turned_away": 1}


def test_what_is_kept_is_bounded() -> None:
    book, questions = book_of(*(canary.make(7, "chat", 1, 0, turn) for turn in range(KEPT + 1)))
    assert book.question_of(bot(f"{questions[0].mark}")) is None
    assert book.question_of(bot("", answers="q0")) is None
    assert book.question_of(bot(f"{questions[1].mark}")) is questions[1]


MESSAGES = st.builds(
    Heard,
    st.just("m"),
    st.sampled_from(("bot", "channel", "meta_ai")),
    st.lists(st.sampled_from((*MARKS, STRANGER, "and")), max_size=3).map(" ".join),
    st.one_of(st.none(), st.sampled_from(("q0", "q1", "q2", "q9"))),
)


@given(st.lists(MESSAGES, max_size=12), st.integers(0, 2))
def test_every_message_of_the_application_is_an_answer_once_or_loose(messages: list[Heard], waits: int) -> None:
    book, questions = book_of(*MARKS[:3])
    for message in messages:
        book.take(message, questions[waits], MARKS)
    count = book.count()
    own = [message for message in messages if message.by == "bot"]

    assert sum(question.answers for question in questions) + count["loose"] == len(own)
    assert count["turned_away"] == sum(message.by == "channel" for message in messages)
    assert set(count["answered"]) == {question.mark for question in questions if question.answers}
    assert set(count["repeated"]) == {question.mark for question in questions if question.answers > 1}
    assert count["said"] == MARKS[:3]


@given(st.lists(MESSAGES, max_size=12), st.integers(0, 12))
def test_looking_twice_counts_the_same_as_looking_once(messages: list[Heard], at: int) -> None:
    whole, parted = book_of(*MARKS[:3])[0], book_of(*MARKS[:3])[0]
    for message in messages:
        whole.take(message)
    for message in messages[:at]:
        parted.take(message)
    first = parted.count()
    for message in messages[at:]:
        parted.take(message)
    second, once = parted.count(), whole.count()

    assert first["answered"] + second["answered"] == once["answered"]
    assert set(first["repeated"]) | set(second["repeated"]) == set(once["repeated"])
    assert (first["loose"] + second["loose"], second["said"]) == (once["loose"], [])
