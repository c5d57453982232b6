"""Lists of histories, hurt."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.calls import canary
from brownout.calls.histories import Seen
from brownout.wire.edits_history import Cross, HoldBack, LoseEnd, LoseSome, Repeat, Shuffle, texts_of

EDITS: list[Any] = [
    LoseSome("s", 1.0),
    LoseEnd(2, "newest", True, True),
    Shuffle("s", "shuffled"),
    Repeat("s", 1.0, True),
    Cross("s", 1, False),
    HoldBack(Seen(), True, 1),
]
sizes = st.integers(0, 8)


def message(number: int) -> dict[str, Any]:
    return {
        "id": f"msg_{number}",
        "type": "message",
        "content": [{"type": "input_text", "text": f"words {number}"}],
        "metadata": {"text": "mine"},
    }


def page(count: int, more: bool = False) -> dict[str, Any]:
    items = [message(number) for number in range(count)]
    ends = {"first_id": items[0]["id"], "last_id": items[-1]["id"]} if items else {"first_id": None, "last_id": None}
    return {"object": "list", "data": items, **ends, "has_more": more}


def hurt(edit: Any, value: Any) -> Any:
    return json.loads(edit.body(json.dumps(value).encode()))


def ids(value: Any) -> list[str]:
    return [item["id"] for item in value["data"]]


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("body", [b"", b"no json", b"[1, 2]", b'{"error": {"message": "no"}}', b'{"data": [1, 2]}'])
def test_what_is_no_list_of_items_stays_as_it_is(edit: Any, body: bytes) -> None:
    assert edit.body(body) == body
    assert edit.editor().feed(0, body) == (body,)
    assert edit.editor().rest() == ()


@given(sizes)
def test_an_item_is_lost_by_its_own_id_whatever_page_it_is_on(count: int) -> None:
    left = ids(hurt(LoseSome("s", 0.5), page(count)))
    whole = ids(hurt(LoseSome("s", 0.5), page(8)))

    assert left == [id for id in whole if id in ids(page(count))]


def test_the_ends_of_a_page_are_those_that_are_shown() -> None:
    shown = hurt(LoseEnd(1, "newest", True, True), page(3))

    assert (shown["first_id"], shown["last_id"]) == ("msg_1", "msg_2")


def test_an_emptied_page_still_leads_on() -> None:
    shown = hurt(LoseSome("s", 1.0), page(3, more=True))

    assert (shown["data"], shown["last_id"], shown["has_more"]) == ([], "msg_2", True)


@pytest.mark.parametrize(
    ("edit", "more", "left"),
    [
        (LoseEnd(2, "newest", newest_first=True, opening=True), True, [2, 3, 4]),
        (LoseEnd(2, "newest", newest_first=True, opening=False), False, [0, 1, 2, 3, 4]),
        (LoseEnd(2, "newest", newest_first=False, opening=True), False, [0, 1, 2]),
        (LoseEnd(2, "newest", newest_first=False, opening=True), True, [0, 1, 2, 3, 4]),
        (LoseEnd(2, "oldest", newest_first=True, opening=True), False, [0, 1, 2]),
        (LoseEnd(2, "oldest", newest_first=False, opening=True), True, [2, 3, 4]),
        (LoseEnd(9, "oldest", newest_first=False, opening=True), False, []),
        (LoseEnd(9, "newest", newest_first=False, opening=True), False, []),
    ],
)
def test_an_end_is_lost_on_the_page_that_holds_it(edit: LoseEnd, more: bool, left: list[int]) -> None:
    assert ids(hurt(edit, page(5, more))) == [f"msg_{number}" for number in left]


@given(sizes, st.text(max_size=3))
def test_a_shuffle_keeps_all_and_leaves_none_of_two_or_more_in_order(count: int, salt: str) -> None:
    found = ids(hurt(Shuffle(salt, "shuffled"), page(count)))

    assert sorted(found) == ids(page(count))
    assert (found != ids(page(count))) == (count > 1)


@given(sizes)
def test_a_repeated_item_follows_itself(count: int) -> None:
    assert ids(hurt(Repeat("s", 1.0, renamed=False), page(count))) == [id for id in ids(page(count)) for _ in range(2)]
    assert len(set(ids(hurt(Repeat("s", 1.0, renamed=True), page(count))))) == 2 * count


def test_a_strangers_message_is_of_the_same_form_and_leaves_the_others_alone() -> None:
    shown = hurt(Cross("s", 2, instead=False), page(3))

    added = [item for item in shown["data"] if item not in page(3)["data"]]
    assert len(added) == 2
    assert len({item["id"] for item in added} - set(ids(page(3)))) == 2
    assert [item for item in shown["data"] if item in page(3)["data"]] == page(3)["data"]
    for item in added:
        assert (item["type"], item["metadata"]) == ("message", {"text": "mine"})
        assert canary.is_stranger(canary.find(next(texts_of(item))) or "")


def test_words_of_others_come_first_and_never_the_users_own() -> None:
    seen = Seen()
    seen.write("conv_1", "words 0")
    seen.write("conv_2", "words 1")  # the same words as the user's own
    seen.write("conv_2", "their words")

    shown = hurt(Cross("s", 2, False, "conv_1", seen), page(2))

    words = {text for item in shown["data"] for text in texts_of(item)} - {"words 0", "words 1"}
    assert "their words" in words
    assert len(words) == 2


def test_one_thing_keeps_its_id_and_its_form() -> None:
    completion = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "choices": [{"message": {"role": "assistant", "content": "mine", "refusal": None}}],
    }

    shown = hurt(Cross("s", 1, False), completion)

    assert shown["id"] == "chatcmpl-1"
    assert canary.is_stranger(canary.find(shown["choices"][0]["message"]["content"]) or "")
    assert shown["choices"][0]["message"]["refusal"] is None


@pytest.mark.parametrize("newest_first", [False, True])
def test_what_is_late_holds_back_what_is_newer(newest_first: bool) -> None:
    seen = Seen()
    seen.write("c", "words 1")
    edit = HoldBack(seen, newest_first, reads=1)
    value = {"data": [message(number) for number in ((2, 1, 0) if newest_first else (0, 1, 2))]}

    assert ids(hurt(edit, value)) == ["msg_0"]
    assert hurt(edit, value) == value


def test_what_is_late_by_time_is_there_once_it_is_over() -> None:
    now = [10.0]
    seen = Seen(lambda: now[0])
    seen.write("c", "words 1")
    edit = HoldBack(seen, False, reads=1, seconds=5.0)

    assert ids(hurt(edit, page(3))) == ["msg_0"]
    now[0] = 14.9
    assert ids(hurt(edit, page(3))) == ["msg_0"]
    now[0] = 15.0
    assert len(ids(hurt(edit, page(3)))) == 3


def test_direct_lines_activities_are_items_too() -> None:
    value = {"activities": [{"id": "a|1", "text": "one"}, {"id": "a|2", "text": "two"}], "watermark": "2"}

    assert hurt(LoseEnd(1, "newest", False, True), value) == {"activities": value["activities"][:1], "watermark": "2"}
