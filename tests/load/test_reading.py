from __future__ import annotations

import json
from typing import Any

import pytest

from brownout.calls.canary import SENTINEL
from brownout.fingerprints import fingerprints
from brownout.load.reading import Ending, Reading, Received, reading_of
from brownout.load.shown_reply import ShownReply
from brownout.profile import Read

NOW = 1_770_000_000.0
WHOLE = f"Air scatters blue light. {SENTINEL}"
JSON = Read(json="reply", error="error")
THING = Read(value="image")
SSE = Read(sse="delta", error="error")
PROVIDER = "Error code: 500 - {'error': {'message': 'The server had an error while processing your request.'}}"


def body(**values: Any) -> bytes:
    return json.dumps(values).encode()


def stream(*pieces: str, **last: str) -> bytes:
    events = [{"delta": piece} for piece in pieces] + ([last] if last else [])
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events).encode()


def judged(
    read: Read | None,
    data: bytes,
    status: int | None = 200,
    ending: Ending = "whole",
    headers: dict[str, str] | None = None,
    sentinel: bool = True,
    hide: tuple[str, ...] = (),
) -> Reading:
    reply = ShownReply(read)
    reply.feed(data)
    reply.close()
    received = Received(ending, 1.0, status, headers or {}, why="" if ending == "whole" else "why not")
    return reading_of(received, reply, sentinel=sentinel, now=NOW, hide=hide)


TABLE = [
    ("ok", JSON, body(reply=WHOLE), 200, "whole"),
    ("ok", SSE, stream("Air scatters ", f"blue light. {SENTINEL}"), 200, "whole"),
    ("ok", Read(text=True), WHOLE.encode(), 200, "whole"),
    ("ok", JSON, body(reply=f"{WHOLE}\n\nSources: none"), 201, "whole"),
    ("ok", THING, body(image="aGVsbG8="), 200, "whole"),
    ("empty", THING, body(image=""), 200, "whole"),
    ("empty", THING, body(reply=WHOLE), 200, "whole"),
    ("empty", THING, b"", 200, "whole"),
    ("error", THING, body(image="aGVsbG8=", detail=PROVIDER), 200, "whole"),
    ("error", THING, body(error="no picture"), 200, "whole"),
    ("cut", THING, b'{"image": "aGV', 200, "cut"),
    ("ok", None, b"<html>my chat</html>", 200, "whole"),
    ("ok", None, b"", 204, "whole"),
    ("half", JSON, body(reply="Air scatters"), 200, "whole"),
    ("half", SSE, stream("Air scatt"), 200, "whole"),
    ("half", SSE, stream("Air scatters ") + b'data: {"delta": "torn', 200, "whole"),
    ("empty", JSON, body(reply=""), 200, "whole"),
    ("empty", JSON, body(reply=" \n"), 200, "whole"),
    ("empty", JSON, body(reply=None), 200, "whole"),
    ("empty", JSON, body(other="x"), 200, "whole"),
    ("empty", JSON, b"", 200, "whole"),
    ("empty", JSON, b"not json", 200, "whole"),
    ("empty", SSE, b"", 200, "whole"),
    ("empty", SSE, stream(""), 200, "whole"),
    ("error", JSON, body(detail="no"), 500, "whole"),
    ("error", JSON, body(detail="no"), 422, "whole"),
    ("error", JSON, body(error="slow down"), 429, "whole"),  # without Retry-After it is not honest
    ("error", JSON, body(reply=WHOLE), 404, "whole"),
    ("error", None, b"", 302, "whole"),
    ("error", JSON, body(error="no luck"), 200, "whole"),
    ("error", SSE, stream("Air ", error="The answer broke off."), 200, "whole"),
    ("error", SSE, b"event: error\ndata: boom\n\n", 200, "whole"),
    ("error", JSON, body(reply=PROVIDER), 200, "whole"),
    ("error", SSE, stream("Air ", PROVIDER), 200, "whole"),
    ("error", SSE, b"<html><hr><center>cloudflare</center></html>", 200, "whole"),
    ("error", JSON, body(reply="Sorry, something went wrong. Please try again."), 200, "whole"),
    ("error", JSON, body(reply="Air scatters blue\n\n(The answer was interrupted.)"), 200, "whole"),
    ("error", None, b"Traceback (most recent call last):", 200, "whole"),
    ("cut", JSON, b'{"reply": "Air', 200, "cut"),
    ("cut", SSE, stream("Air scatters"), 200, "cut"),
    ("cut", SSE, stream(WHOLE), 200, "cut"),
    ("cut", JSON, b"", None, "cut"),
    ("error", JSON, b"oh n", 500, "cut"),
    ("hung", JSON, b"", None, "hung"),
    ("hung", SSE, stream("Air"), 200, "hung"),
    ("hung", JSON, b"", 500, "hung"),
    ("unreachable", JSON, b"", None, "unreachable"),
]


@pytest.mark.parametrize(("outcome", "read", "data", "status", "ending"), TABLE)
def test_outcome(outcome: str, read: Read | None, data: bytes, status: int | None, ending: Ending) -> None:
    assert judged(read, data, status, ending).outcome == outcome


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "Mon, 02 Feb 2026 02:40:10 GMT"}, 10.0),
    ],
)
def test_a_no_with_a_time_to_come_back_is_refused(status: int, headers: dict[str, str], seconds: float) -> None:
    reading = judged(JSON, body(error="please wait"), status, headers=headers)
    assert (reading.outcome, reading.retry_after) == ("refused", seconds)


def test_a_time_to_come_back_makes_no_other_status_honest() -> None:
    assert judged(JSON, b"", 500, headers={"retry-after": "7"}).outcome == "error"


def test_a_refusal_that_leaks_is_both() -> None:
    reading = judged(JSON, body(error=PROVIDER), 503, headers={"retry-after": "7"})
    assert (reading.outcome, reading.leaks) == ("refused", ["provider_error"])


def test_without_a_sentinel_every_text_that_is_no_error_is_whole() -> None:
    assert judged(JSON, body(reply="Air scatters blue light."), sentinel=False).outcome == "ok"
    assert judged(JSON, body(reply=PROVIDER), sentinel=False).outcome == "error"
    assert judged(JSON, body(reply="Sorry, please try again later."), sentinel=False).outcome == "error"
    assert judged(JSON, body(reply="x" * 300 + " Sorry about the length."), sentinel=False).outcome == "ok"
    assert judged(JSON, body(reply=""), sentinel=False).outcome == "empty"


def test_a_leak_split_over_pieces_of_a_stream_is_seen() -> None:
    assert judged(SSE, stream("The key is sk-te", "st-0123456789. ", SENTINEL)).leaks == ["api_key"]


def test_a_whole_answer_with_a_key_in_it_is_whole_and_leaks() -> None:
    reading = judged(JSON, body(reply=f"sk-test-0123456789 {SENTINEL}"))
    assert (reading.outcome, reading.leaks) == ("ok", ["api_key"])


def test_the_users_own_words_are_no_leak() -> None:
    words = "what is api.openai.com?"
    assert judged(JSON, body(reply=f"You ask {words} {SENTINEL}"), hide=(words,)).leaks == []


def test_a_digest_tells_replies_apart() -> None:
    first, again, other = (judged(JSON, body(reply=text)).digest for text in ("a", "a", "b"))
    assert first == again != other
    assert judged(JSON, body(reply="")).digest is None


def test_details_hold_no_reply_and_no_key() -> None:
    assert "scatters" not in judged(JSON, body(reply="Air scatters")).detail
    assert "sk-test" not in judged(JSON, b"bad key sk-test-0123456789", 500).detail
    assert judged(JSON, body(reply=WHOLE)).detail == ""


@pytest.mark.parametrize("text", ["a reply without text", "a success without a body", "no reply where the profile"])
def test_an_empty_answer_says_why(text: str) -> None:
    details = {judged(JSON, data).detail for data in (body(reply=""), b"", body(other="x"))}
    assert any(detail.startswith(text) for detail in details)


UI = Read(
    sse="type == 'text-delta' && delta",
    error="type == 'error' && errorText",
    incomplete="type == 'abort' || contains(['length', 'content-filter', 'error', 'other'], finishReason || '')",
)
"""An AI SDK's stream of UI messages: https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol#data-stream-protocol."""


def ui(*chunks: dict[str, Any]) -> bytes:
    text = [{"type": "start"}, {"type": "reasoning-delta", "id": "0", "delta": "Hm. "}, *chunks]
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in text).encode() + b"data: [DONE]\n\n"


def piece(text: str) -> dict[str, Any]:
    return {"type": "text-delta", "id": "1", "delta": text}


MARKED = [
    ("cut", Read(json="reply", incomplete="partial"), body(reply="Air scatters", partial=True)),
    ("half", Read(json="reply", incomplete="partial"), body(reply="Air scatters", partial=False)),
    ("ok", Read(json="reply", incomplete="partial"), body(reply=WHOLE, partial=True)),
    ("cut", Read(value="image", incomplete="unfinished"), body(image="aGVsbG8=", unfinished=True)),
    ("cut", Read(sse="delta", incomplete="broke"), stream("Air scatters ", broke="yes")),
    ("cut", Read(text=True, incomplete=r"\[stopped\]\s*$"), b"Air scatters\n[Stopped]\n"),
    ("half", Read(text=True, incomplete=r"\[stopped\]\s*$"), b"Air scatters [stopped] and blue"),
    ("error", Read(text=True, error=r"^!! "), b"!! the model is away"),
    ("ok", UI, ui(piece("Air "), piece(SENTINEL), {"type": "finish", "finishReason": "stop"})),
    ("cut", UI, ui(piece("Air "), {"type": "finish", "finishReason": "other"})),
    ("cut", UI, ui(piece("Air "), {"type": "finish", "finishReason": "length"})),
    ("cut", UI, ui(piece("Air "), {"type": "abort"})),
    ("error", UI, ui(piece("Air "), {"type": "error", "errorText": "An error occurred."}, {"type": "finish"})),
    ("half", UI, ui(piece("Air "), {"type": "finish", "finishReason": "stop"})),
    ("half", UI, ui(piece("Air "), {"type": "finish"})),
]


@pytest.mark.parametrize(("outcome", "read", "data"), MARKED)
def test_an_honest_mark_of_interruption_is_no_half_answer(outcome: str, read: Read, data: bytes) -> None:
    assert judged(read, data).outcome == outcome


def test_a_mark_counts_without_the_stand_ins_end_too() -> None:
    read = Read(json="reply", incomplete="partial")

    assert judged(read, body(reply="Air scatters", partial=True), sentinel=False).outcome == "cut"
    assert judged(read, body(reply="Air scatters", partial=False), sentinel=False).outcome == "ok"


def test_an_answer_that_begins_again_loses_its_mark() -> None:
    read = Read(sse="delta", incomplete="broke", restart="again")
    again = stream("Air ", broke="yes") + b'data: {"again": true}\n\n' + stream(WHOLE)

    assert judged(read, again).outcome == "ok"
    assert judged(read, again, sentinel=False).outcome == "ok"


def test_what_is_false_is_no_text() -> None:
    reply = ShownReply(UI)
    reply.feed(ui(piece("Air")))
    reply.close()

    assert reply.text == "Air"


def test_a_pattern_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="incomplete is not a regular expression"):
        Read(text=True, incomplete="[")
    Read(json="reply", incomplete="[0]")  # there it is a JMESPath


def test_prints_are_of_what_was_shown_in_the_place_of_an_answer() -> None:
    sent = fingerprints(json.dumps({"error": {"message": "The server had an error while processing your request."}}))
    shown = judged(JSON, body(detail=f'<b>"{PROVIDER}"</b>'), 502).prints

    assert not set(sent).isdisjoint(shown)
    assert judged(JSON, body(reply=WHOLE)).prints == []


@pytest.mark.parametrize(
    ("read", "data", "told"),
    [
        (JSON, body(error="no luck"), "shown"),
        (JSON, body(reply="Sorry, something went wrong."), "excuse"),
        (JSON, body(reply=PROVIDER), "words"),
        (None, b"Traceback (most recent call last):", "words"),
        (JSON, body(reply=""), "nothing"),
        (THING, body(image=None), "nothing"),
        (JSON, body(reply="", status="failed"), None),
        (JSON, body(reply="Air scatters"), None),
        (JSON, body(reply=WHOLE), None),
        (JSON, body(other="x"), "nothing"),
    ],
)
def test_by_what_a_success_shows_that_it_is_none(read: Read | None, data: bytes, told: str | None) -> None:
    assert judged(read, data).told == told


def test_a_failure_that_its_status_tells_shows_nothing_else() -> None:
    assert {judged(JSON, body(error="no"), status).told for status in (404, 500, 503)} == {None}


def test_who_answered_is_kept_without_secrets() -> None:
    how = Read(json="reply", disclosed="fallback", model="model", usage="usage")
    reading = judged(how, body(reply=WHOLE, fallback=True, model="m-2 sk-ant-api03-" + "a" * 40, usage=12))

    assert (reading.outcome, reading.disclosed, reading.usage) == ("ok", True, 12)
    assert reading.model is not None
    assert reading.model.startswith("m-2 ")
    assert "sk-ant" not in reading.model
