"""What an edge has seen being written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from brownout.calls import histories as of_histories
from brownout.calls.histories import Histories, Opening, Seen
from brownout.dialects import dialect_for
from brownout.exchange import Call, Request


def test_a_text_is_known_with_its_time_and_conversation() -> None:
    record = Seen(lambda: 7.0)
    record.write("conv_1", "hello")

    written = record.written("hello")

    assert written is not None
    assert (written.whose, written.at, written.reads) == ("conv_1", 7.0, 0)
    assert record.written("goodbye") is None


def test_nothing_is_not_a_text() -> None:
    record = Seen()
    record.write("conv_1", "")

    assert record.written("") is None


def test_others_texts_are_never_of_the_same_conversation_nor_ones_own() -> None:
    record = Seen()
    for number in range(6):
        record.write(f"conv_{number % 2}", f"text {number}")

    found = record.of_others("conv_0", {"text 1"}, "salt", 9)

    assert sorted(found) == ["text 3", "text 5"]
    assert record.of_others("conv_0", (), "salt", 2) == record.of_others("conv_0", (), "salt", 2)


def test_a_long_text_is_known_again_but_shown_to_nobody() -> None:
    record = Seen()
    record.write("conv_1", "x" * 3000)

    assert record.written("x" * 3000) is not None
    assert record.of_others("conv_2", (), "salt", 1) == ()


def test_memory_is_bounded() -> None:
    record = Seen()
    for number in range(of_histories._MOST + 1):
        record.write(None, str(number))

    assert record.written("0") is None
    assert record.written("1") is not None


def asked(method: str, path: str, **body: Any) -> Call:
    """A call to OpenAI, as it is read."""
    service = "openai.conversations" if "conversations" in path else "openai.responses"
    return dialect_for(service).read(Request(method, "api.openai.com", path, body=json.dumps(body).encode()))


def answer(id: str) -> Opening:
    opening = Opening()
    opening.feed(b'{"object":"conversation","id" : "')
    opening.feed(id.encode() + b'","metadata":{}}')
    return opening


def about(id: str) -> Call:
    return asked("GET", f"/v1/conversations/{id}")


def test_what_was_made_before_the_deadline_is_lost_after_it_and_what_is_newer_is_not() -> None:
    histories = Histories()
    histories.note(asked("POST", "/v1/conversations"), answer("conv_old"), 10.0)
    histories.note(asked("POST", "/v1/conversations"), answer("conv_new"), 30.0)
    histories.meet(about("conv_old"), 40.0)
    histories.meet(about("conv_late"), 40.0)

    assert [histories.lost(about(f"conv_{one}"), 20.0, "account") for one in ("old", "new", "late", "unknown")] == [
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("metadata", "at", "lost"),
    [
        ({"account": "7"}, 10.0, False),
        ({"account": "7"}, 25.0, True),
        ({"account": ""}, 10.0, True),
        ({"other": "7"}, 10.0, True),
    ],
)
def test_a_history_is_moved_by_its_metadata_and_in_time(metadata: dict[str, str], at: float, lost: bool) -> None:
    histories = Histories()
    histories.note(asked("POST", "/v1/conversations"), answer("conv_1"), 5.0)
    histories.note(asked("POST", "/v1/conversations/conv_1", metadata=metadata), answer("conv_1"), at)

    assert histories.lost(about("conv_1"), 20.0, "account") is lost


def test_it_may_be_moved_from_the_beginning_and_taken_back() -> None:
    histories = Histories()
    histories.note(asked("POST", "/v1/conversations", metadata={"account": "7"}), answer("conv_1"), 5.0)
    kept = histories.lost(about("conv_1"), 20.0, "account")
    histories.note(asked("POST", "/v1/conversations/conv_1", metadata={"account": "7", "x": "y"}), answer("c"), 25.0)
    renamed = histories.lost(about("conv_1"), 20.0, "account")
    histories.note(asked("POST", "/v1/conversations/conv_1", metadata={}), answer("conv_1"), 26.0)

    assert (kept, renamed) == (False, False)
    assert histories.lost(about("conv_1"), 20.0, "account")


def test_a_chain_of_responses_is_spared_with_what_it_continues() -> None:
    histories = Histories()
    first = asked("POST", "/v1/responses", input="one", metadata={"account": "7"})
    histories.note(first, answer("resp_1"), 1.0)
    histories.note(asked("POST", "/v1/responses", input="two", previous_response_id="resp_1"), answer("resp_2"), 2.0)
    histories.note(asked("POST", "/v1/responses", input="two", previous_response_id="resp_0"), answer("resp_3"), 2.0)
    histories.note(asked("POST", "/v1/responses", input="hi", conversation="conv_1"), answer("resp_4"), 3.0)
    chained = [asked("POST", "/v1/responses", input="on", previous_response_id=f"resp_{one}") for one in (2, 3, 4)]

    assert [histories.lost(call, 20.0, "account") for call in chained] == [False, True, True]
    histories.note(asked("POST", "/v1/conversations/conv_1", metadata={"account": "7"}), answer("conv_1"), 4.0)
    assert not histories.lost(chained[2], 20.0, "account")
    assert histories.lost(chained[0], 20.0, None)


def test_a_message_is_no_new_history_and_its_metadata_links_none() -> None:
    histories = Histories()
    histories.note(asked("POST", "/v1/conversations"), answer("conv_1"), 1.0)
    items = asked("POST", "/v1/conversations/conv_1/items", items=[], metadata={"account": "7"})
    histories.note(items, answer("msg_1"), 2.0)

    assert histories.lost(about("conv_1"), 20.0, "account")
    assert not histories.lost(about("msg_1"), 20.0, "account")


def test_histories_that_a_circle_continues_are_lost_all_the_same() -> None:
    histories = Histories()
    histories.note(asked("POST", "/v1/responses", input="a", previous_response_id="resp_2"), answer("resp_1"), 1.0)
    histories.note(asked("POST", "/v1/responses", input="b", previous_response_id="resp_1"), answer("resp_2"), 1.0)

    assert histories.lost(asked("GET", "/v1/responses/resp_1"), 20.0, "account")


def test_only_so_many_histories_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_histories, "_MOST_HISTORIES", 3)
    histories = Histories()
    for number in range(4):
        histories.meet(about(f"conv_{number}"), 1.0)

    assert [histories.lost(about(f"conv_{number}"), 20.0, None) for number in range(4)] == [False, True, True, True]
