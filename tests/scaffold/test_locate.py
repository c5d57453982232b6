"""Where in an answer the model's words are, found by what the stand-in says."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.load.shown_reply import ShownReply
from brownout.profile import Read
from brownout.scaffold.locate import UI_MESSAGES, locate

WORDS = "You said: Reference bo-aaaaaaaaaaaa. The tide keeps its own hours. [end of answer]"
PIECES = ["You said: Reference bo-aaaa", "aaaaaaaa. The tide keeps its own hours. [en", "d of answer]"]


def sse(*events: object) -> bytes:
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events).encode() + b"data: [DONE]\n\n"


def lines(*documents: object) -> bytes:
    return "".join(json.dumps(document) + "\n" for document in documents).encode()


ANSWERS: dict[str, tuple[str, bytes, dict[str, object]]] = {
    "a field": ("application/json", json.dumps({"id": "1", "reply": WORDS}).encode(), {"json": "reply"}),
    "a field deep inside": (
        "application/json",
        json.dumps({"choices": [{"message": {"content": WORDS}}]}).encode(),
        {"json": "choices[0].message.content"},
    ),
    "the last of a conversation": (
        "application/json",
        json.dumps({"messages": [{"text": "hello"}, {"text": WORDS}]}).encode(),
        {"json": "messages[-1].text"},
    ),
    "the smallest of several": (
        "application/json",
        json.dumps({"log": f"at noon: {WORDS}", "the answer": WORDS}).encode(),
        {"json": '"the answer"'},
    ),
    "a name that takes quotes": ("application/json", json.dumps({"A¹": WORDS}).encode(), {"json": '"A¹"'}),
    "a text": ("text/plain; charset=utf-8", WORDS.encode(), {"text": True}),
    "a JSON text": ("application/json", json.dumps(WORDS).encode(), {"text": True}),
    "events": ("text/event-stream", sse(*({"delta": piece} for piece in PIECES)), {"sse": "delta"}),
    "events of bare text": (
        "text/event-stream",
        "".join(f"data: {piece}\n\n" for piece in PIECES).encode(),
        {"sse": "@"},
    ),
    "events of several kinds with one key": (
        "text/event-stream",
        sse({"type": "thought", "text": "hm "}, *({"type": "answer", "text": piece} for piece in PIECES)),
        {"sse": "type == 'answer' && text"},
    ),
    "events, and the whole once more at the end": (
        "text/event-stream",
        sse(*({"delta": piece} for piece in PIECES), {"final": WORDS}),
        {"sse": "delta"},
    ),
    "events that repeat what came before": (
        "text/event-stream",
        sse(*({"text": "".join(PIECES[: number + 1])} for number in range(3))),
        {"sse": "text", "cumulative": True},
    ),
    "UI messages of the AI SDK": (
        "text/event-stream",
        sse({"type": "start"}, *({"type": "text-delta", "id": "0", "delta": piece} for piece in PIECES)),
        UI_MESSAGES,
    ),
    "JSON lines": ("application/x-ndjson", lines(*({"text": piece} for piece in PIECES)), {"ndjson": "text"}),
}


@pytest.mark.parametrize(("kind", "body", "reply"), ANSWERS.values(), ids=ANSWERS)
def test_the_place_of_the_words_is_found(kind: str, body: bytes, reply: dict[str, object]) -> None:
    assert locate(kind, body) == reply


NOTHING = {
    "an excuse": ("application/json", b'{"reply": "Please come back later."}'),
    "an error beside it": ("application/json", b'{"error": "down", "reply": null}'),
    "half of it": ("text/event-stream", sse({"delta": PIECES[0]}, {"delta": PIECES[1]})),
    "a page": ("text/html", f"<p>{WORDS}</p>".encode()),
    "a place that is too long for a profile": ("application/json", json.dumps({"a" * 3000: WORDS}).encode()),
    "nothing": ("", b""),
}


@pytest.mark.parametrize(("kind", "body"), NOTHING.values(), ids=NOTHING)
def test_what_does_not_show_the_end_of_the_answer_is_no_place(kind: str, body: bytes) -> None:
    assert locate(kind, body) is None


@given(
    st.sampled_from(["application/json", "text/event-stream", "text/plain", ""]),
    st.recursive(
        st.none() | st.integers() | st.text() | st.just(WORDS),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    ),
)
def test_what_is_found_reads_the_words_out_again(kind: str, value: object) -> None:
    body = json.dumps(value).encode()
    reply = locate(kind, body)

    if reply is not None:
        shown = ShownReply(Read.model_validate(reply))
        shown.feed(body)
        shown.close()
        assert "[end of answer]" in shown.text
