from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.calls import canary
from brownout.calls.canary import SENTINEL
from brownout.load.history import Asked, Comparison, Message, compare, messages_in
from brownout.profile import History

MARKS = [canary.make(1, "chat", 0, 0, turn) for turn in range(8)]
STRANGER = canary.make(1, "chat", 1, 0, 0)
CLEAN = Comparison(found=0, missing=[], duplicated=[], reordered=[], foreign=[], half=[], errors=[])


def said(mark: str) -> Message:
    return Message("user", f"Reference {mark}. Why is the sky blue?")


def told(mark: str, end: str = SENTINEL) -> Message:
    return Message("assistant", f"You said: Reference {mark}. Air scatters light. {end}")


def conversation(marks: list[str]) -> list[Message]:
    return [message for mark in marks for message in (said(mark), told(mark))]


def compared(marks: list[str], messages: list[Message], sentinel: bool = True) -> Comparison:
    return compare(Asked(marks, marks, set(marks)), messages, sentinel=sentinel)


def as_dict(comparison: Comparison) -> dict[str, Any]:
    return {name: value for name, value in vars(comparison).items() if value}


turns = st.integers(0, len(MARKS)).map(lambda count: MARKS[:count])


@given(turns)
def test_a_whole_history_has_nothing_wrong(marks: list[str]) -> None:
    assert compared(marks, conversation(marks)) == Comparison(**{**vars(CLEAN), "found": len(marks)})


@given(turns, st.data())
def test_what_is_dropped_is_missing_and_nothing_else(marks: list[str], data: st.DataObject) -> None:
    kept = [mark for mark in marks if data.draw(st.booleans())]
    gone = [mark for mark in marks if mark not in kept]
    end = gone[sum(mark in marks[: marks.index(kept[-1])] for mark in gone) :] if kept else []
    expected = {**vars(CLEAN), "found": len(kept), "missing": gone, "stale": end}
    assert compared(marks, conversation(kept)) == Comparison(**expected)


def test_only_the_end_of_a_conversation_is_stale_and_only_where_its_beginning_is_there() -> None:
    assert compared(MARKS[:4], conversation(MARKS[:2])).stale == MARKS[2:4]
    assert compared(MARKS[:4], conversation(MARKS[2:4])).stale == []
    assert compared(MARKS[:4], []).stale == []


@given(turns, st.data())
def test_what_is_there_again_is_duplicated_and_nothing_else(marks: list[str], data: st.DataObject) -> None:
    times = {mark: data.draw(st.integers(1, 3)) for mark in marks}
    messages = [said(mark) for mark in marks for _ in range(times[mark])]
    twice = [mark for mark in marks if times[mark] > 1]
    assert compared(marks, messages) == Comparison(**{**vars(CLEAN), "found": len(marks), "duplicated": twice})


@given(st.permutations(MARKS))
def test_another_order_is_reordered_and_nothing_else(order: list[str]) -> None:
    found = compared(MARKS, conversation(order))
    assert bool(found.reordered) == (order != MARKS)
    stayed = [mark for mark in order if mark not in found.reordered]
    assert stayed == [mark for mark in MARKS if mark in stayed]
    assert found == Comparison(**{**vars(CLEAN), "found": len(MARKS), "reordered": found.reordered})


@given(st.integers(0, 7), st.integers(0, 7))
def test_one_message_that_moved_is_the_only_one_reordered(start: int, end: int) -> None:
    order = [mark for mark in MARKS if mark != MARKS[start]]
    order.insert(end, MARKS[start])
    assert len(compared(MARKS, conversation(order)).reordered) == (0 if start == end else 1)


def test_another_users_message_is_foreign_in_any_role() -> None:
    for message in (said(STRANGER), told(STRANGER), Message("system", STRANGER)):
        assert as_dict(compared(MARKS[:1], [*conversation(MARKS[:1]), message])) == {"found": 1, "foreign": [STRANGER]}


def test_what_the_user_said_in_an_earlier_iteration_is_neither_foreign_nor_missing() -> None:
    asked = Asked(MARKS[4:6], MARKS[4:6], set(MARKS))
    assert as_dict(compare(asked, conversation(MARKS[:6]), sentinel=True)) == {"found": 2}


def test_what_was_not_acknowledged_may_be_missing_but_not_double() -> None:
    asked = Asked(MARKS[:2], MARKS[:1], set(MARKS[:2]))
    assert as_dict(compare(asked, conversation(MARKS[:1]), sentinel=True)) == {"found": 1, "unkept": [MARKS[1]]}
    assert as_dict(compare(asked, [said(MARKS[0]), said(MARKS[1])], sentinel=True)) == {"found": 1}
    doubled = [said(MARKS[0]), said(MARKS[1]), said(MARKS[1])]
    assert as_dict(compare(asked, doubled, sentinel=True)) == {"found": 1, "duplicated": [MARKS[1]]}


def test_an_answer_stored_without_its_end_is_half() -> None:
    messages = [said(MARKS[0]), told(MARKS[0], end="")]
    assert as_dict(compared(MARKS[:1], messages)) == {"found": 1, "half": [MARKS[0]]}
    assert as_dict(compared(MARKS[:1], messages, sentinel=False)) == {"found": 1}


def test_a_half_answer_that_says_so_is_not_passed_off_as_whole() -> None:
    messages = [said(MARKS[0]), told(MARKS[0], end="(The answer was interrupted.)")]
    assert as_dict(compared(MARKS[:1], messages)) == {"found": 1}


@pytest.mark.parametrize("sentinel", [True, False])
def test_an_error_stored_as_an_answer_is_an_error(sentinel: bool) -> None:
    messages = [said(MARKS[0]), Message("assistant", "Error code: 500 - {'error': {}}")]
    assert as_dict(compared(MARKS[:1], messages, sentinel)) == {"found": 1, "errors": [MARKS[0]]}


def test_an_empty_answer_and_an_unanswered_question_are_neither_half_nor_errors() -> None:
    assert as_dict(compared(MARKS[:2], [said(MARKS[0]), Message("assistant", ""), said(MARKS[1])])) == {"found": 2}


def test_messages_are_read_by_the_profiles_expressions() -> None:
    history = History(get="/h", messages="data[].entry", role="author.kind", text="parts[].text")
    document = {"data": [{"entry": {"author": {"kind": "User"}, "parts": [{"text": "a"}, {"text": "b"}]}}]}
    assert messages_in(document, history) == [Message("user", "ab")]


@pytest.mark.parametrize("document", [None, {}, {"messages": "none"}, []])
def test_a_history_without_a_list_cannot_be_read(document: Any) -> None:
    assert messages_in(document, History(get="/h", messages="messages")) is None


def test_an_answer_that_is_marked_as_broken_off_is_neither_half_nor_an_error() -> None:
    history = History(
        get="/", messages="@", text="parts[?type == 'text'].text", incomplete="metadata.finishReason != 'stop'"
    )
    stored = [
        {"role": "user", "parts": [{"type": "text", "text": f"Reference {MARKS[0]}."}], "metadata": {}},
        {
            "role": "assistant",
            "parts": [{"type": "step-start"}, {"type": "text", "text": "Air sc"}],
            "metadata": {"finishReason": "other"},
        },
    ]
    marked = messages_in(stored, history)
    unmarked = messages_in(stored, history.model_copy(update={"incomplete": None}))

    assert marked is not None
    assert unmarked is not None
    assert as_dict(compared(MARKS[:1], marked)) == {"found": 1}
    assert as_dict(compared(MARKS[:1], unmarked)) == {"found": 1, "half": [MARKS[0]]}
