from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.load.patterns import SearchTooSlow
from brownout.load.shown_reply import ShownReply, as_text, compiled, find, strings_in
from brownout.profile import Read

SSE = Read(sse="delta", error="error", restart="replace")


def read(how: Read | None, *chunks: bytes) -> ShownReply:
    reply = ShownReply(how)
    for chunk in chunks:
        reply.feed(chunk)
    reply.close()
    return reply


def event(value: Any) -> bytes:
    return f"data: {json.dumps(value)}\n\n".encode()


def test_text_of_a_json_body() -> None:
    reply = read(Read(json="choices[0].message.content"), b'{"choices": [{"message"', b': {"content": "blue"}}]}')
    assert (reply.text, reply.in_place, reply.streamed, reply.error) == ("blue", True, False, "")


def test_a_place_that_is_not_there_is_not_found() -> None:
    reply = read(Read(json="reply"), b'{"answer": "blue"}')
    assert (reply.text, reply.in_place) == ("", False)


def test_text_of_a_stream_is_its_pieces() -> None:
    reply = read(SSE, event({"delta": "bl"}), event({"delta": "ue"}), b"data: [DONE]\n\n")
    assert (reply.text, reply.error, reply.streamed) == ("blue", "", True)


def test_text_has_begun_with_the_first_piece_that_is_not_empty() -> None:
    reply = ShownReply(SSE)
    reply.feed(event({"delta": ""}) + b": keep-alive\n\n")
    assert not reply.begun
    reply.feed(event({"delta": "b"}))
    assert reply.begun


def test_plain_text_is_the_whole_body() -> None:
    reply = read(Read(text=True), b"bl", b"ue")
    assert (reply.text, reply.begun) == ("blue", True)


def test_a_stream_of_plain_text_events() -> None:
    assert read(Read(sse="@"), b"data: bl\n\ndata: ue\n\n").text == "blue"


def test_a_restart_discards_what_was_shown() -> None:
    reply = read(SSE, event({"delta": "wro"}), event({"replace": True}), event({"delta": "blue"}))
    assert reply.text == "blue"


def test_an_error_in_a_stream_is_shown() -> None:
    reply = read(SSE, event({"delta": "bl"}), event({"error": "The answer broke off."}))
    assert (reply.text, reply.error) == ("bl", "The answer broke off.")


def test_an_event_called_error_is_shown_whatever_the_profile_says() -> None:
    assert read(Read(sse="delta"), b'event: error\ndata: {"code": 7}\n\n').error == '{"code": 7}'


def test_an_error_key_counts_where_the_profile_names_none() -> None:
    assert read(Read(json="reply"), b'{"error": "no luck"}').error == "no luck"
    assert read(Read(json="reply", error="problem"), b'{"error": "no luck"}').error == ""
    assert read(Read(json="reply"), b'{"reply": "blue", "error": null}').error == ""


def test_json_where_a_stream_was_promised_is_still_read() -> None:
    reply = read(SSE, b'{"error": "no luck"}')
    assert (reply.error, reply.document) == ("no luck", {"error": "no luck"})


def test_a_body_that_nobody_reads_is_kept() -> None:
    reply = read(None, b'{"id": 7}')
    assert (reply.document, reply.text) == ({"id": 7}, "")


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("a", "a"), (["a", None, "b"], "ab"), (3, "3"), ({"a": "ü"}, '{"a": "ü"}'), (True, "true")],
)
def test_values_are_read_as_text(value: Any, text: str) -> None:
    assert as_text(value) == text


def test_strings_are_found_at_any_depth() -> None:
    assert list(strings_in({"a": ["b", {"c": "d"}], "e": 1})) == ["b", "d"]


def test_an_expression_that_does_not_fit_finds_nothing() -> None:
    assert find("length(a)", {"a": 1}) is None


def test_a_bad_expression_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match=r"'a\[' is not a JMESPath"):
        compiled("a[")


@given(st.binary(), st.sampled_from([None, SSE, Read(json="a.b"), Read(text=True)]))
def test_no_body_is_too_odd(body: bytes, how: Read | None) -> None:
    assert read(how, body).body == body


def test_a_stream_that_repeats_its_text_is_its_latest_event() -> None:
    how = Read(sse="text", error="error", cumulative=True)
    assert read(how, event({"text": "bl"}), event({"other": 1}), event({"text": "blue"})).text == "blue"
    assert read(how, event({"text": "bl"}), event({"error": "broke off"})).error == "broke off"


def test_a_stream_of_lines_is_read_as_it_comes() -> None:
    how = Read(ndjson="delta.text", error="error")
    reply = ShownReply(how)
    reply.feed(b'{"delta": {"text": "bl"}}\n{"delta": {"text"')
    assert (reply.text, reply.begun, reply.streamed) == ("bl", True, True)
    reply.feed(b': "ue"}}')
    reply.close()
    assert reply.text == "blue"
    assert read(how, b'{"delta": {"text": "bl"}}\n{"error": "overloaded"}\n').error == "overloaded"


def test_lines_may_repeat_their_text_too() -> None:
    assert read(Read(ndjson="text", cumulative=True), b'{"text": "bl"}\n{"text": "blue"}\n').text == "blue"


def test_an_error_over_several_lines_where_lines_were_promised_is_read_as_one() -> None:
    assert read(Read(ndjson="text"), b'{\n "error": "overloaded"\n}').error == "overloaded"


def test_a_message_that_came_by_itself_is_json_or_text() -> None:
    reply = ShownReply(Read(message="delta"))
    assert [reply.hear(text) for text in ('{"delta": "bl"}', "ping", '{"delta": "ue"}')][1] == "ping"
    reply.close()
    assert (reply.text, reply.streamed) == ("blue", True)
    plain = ShownReply(Read(text=True))
    plain.hear("bl")
    plain.hear("ue")
    plain.close()
    assert plain.text == "blue"


def test_lines_and_messages_may_say_that_the_answer_broke_off() -> None:
    lines = Read(ndjson="text", incomplete="finish == 'length'", restart="again")
    assert read(lines, b'{"text": "bl"}\n{"finish": "length"}\n').incomplete
    assert not read(lines, b'{"finish": "length"}\n{"again": true}\n{"text": "blue"}\n').incomplete
    reply = ShownReply(Read(message="delta", incomplete="type == 'abort'"))
    reply.hear('{"delta": "bl"}')
    assert not reply.incomplete
    reply.hear('{"type": "abort"}')
    assert reply.incomplete


def test_marks_of_messages_that_are_text_are_regular_expressions() -> None:
    how = Read(text=True, error="^error:", incomplete=r"\[stopped\]\s*$")
    reply = ShownReply(how)
    reply.hear("bl [stopped]")
    assert not reply.incomplete  # more may come
    reply.hear("ue [stopped]")
    reply.close()
    assert (reply.text, reply.incomplete, reply.error) == ("bl [stopped]ue [stopped]", True, "")
    reply = ShownReply(how)
    reply.hear("bl")
    reply.hear("Error: overloaded")
    assert reply.error == "Error:"


def test_a_slow_expression_is_refused_while_messages_come() -> None:
    reply = ShownReply(Read(text=True, error="(a+)+$"))
    with pytest.raises(SearchTooSlow):
        reply.hear("a" * 40 + "!")


SOURCE: dict[str, Any] = {"disclosed": "fallback", "model": "model", "usage": "usage.total"}


def source(reply: ShownReply) -> tuple[bool | None, str | None, int | None]:
    return reply.disclosed, reply.model, reply.usage


@pytest.mark.parametrize(
    ("how", "body"),
    [
        (
            Read(json="reply", **SOURCE),
            b'{"reply": "blue", "fallback": true, "model": " m-2 ", "usage": {"total": 12}}',
        ),
        (Read(value="image", **SOURCE), b'{"image": "x", "fallback": 1, "model": "m-2", "usage": {"total": 12.0}}'),
        (
            Read(sse="delta", **SOURCE),
            event({"fallback": True, "model": "m-2"}) + event({"delta": "bl"}) + event({"usage": {"total": "12"}}),
        ),
        (
            Read(ndjson="delta", **SOURCE),
            b'{"delta": "blue", "model": "m-1"}\n{"fallback": true, "model": "m-2"}\n{"usage": {"total": 12}}',
        ),
        (
            Read(text=True, disclosed="backup model", model=r"by (\S+)", usage=r"(\d+) tokens"),
            b"blue\n(Backup model: by m-2 for 12 tokens)",
        ),
    ],
    ids=["json", "value", "sse", "ndjson", "text"],
)
def test_who_answered_is_read_from_any_kind_of_reply(how: Read, body: bytes) -> None:
    assert source(read(how, body)) == (True, "m-2", 12)


def test_messages_say_who_answered() -> None:
    reply = ShownReply(Read(message="delta", **SOURCE))
    assert source(reply) == (False, None, None)
    for text in ('{"delta": "bl", "model": "m-2"}', "ping", '{"fallback": true, "usage": {"total": 12}}'):
        reply.hear(text)
    assert source(reply) == (True, "m-2", 12)


def test_what_the_profile_does_not_ask_for_or_the_application_does_not_say_is_none() -> None:
    body = b'{"reply": "blue", "fallback": false, "model": "", "usage": {"total": -1}}'
    assert source(read(Read(json="reply"), body)) == (None, None, None)
    assert source(read(None, body)) == (None, None, None)
    assert source(read(Read(json="reply", **SOURCE), body)) == (False, None, None)


def test_a_new_beginning_takes_back_the_model_and_not_that_a_fallback_gives_it() -> None:
    first = event({"delta": "bl", "model": "m-1", "usage": {"total": 3}}) + event({"fallback": True})
    how = Read(sse="delta", restart="replace", **SOURCE)
    assert source(read(how, first + event({"replace": True}) + event({"delta": "blue"}))) == (True, None, None)
    assert source(read(how, first + event({"replace": True, "delta": "b", "model": "m-2"}))) == (True, "m-2", None)
