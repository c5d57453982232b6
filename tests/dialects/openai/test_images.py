"""Pictures, as base64, by URL and streamed."""

from __future__ import annotations

import base64
import json
from typing import Any

from openai.types import ImageGenCompletedEvent, ImageGenPartialImageEvent, ImagesResponse
from support.every_call import begun, early

from brownout.dialects.openai.images import PNG, OpenAIImages
from brownout.exchange import Answer, Call, Failure, FailureKind, Request

DIALECT = OpenAIImages()
ANSWER = Answer("0" * 32, 1_763_770_000, ("yes",), 9)
GENERATIONS = "/v1/images/generations"


def ask(body: dict[str, Any]) -> Call:
    return DIALECT.read(Request("POST", "api.openai.com", GENERATIONS, body=json.dumps(body).encode()))


def test_pictures_are_png_in_base64() -> None:
    call = ask({"model": "gpt-image-1", "prompt": "a cat", "n": 2})
    reply = ImagesResponse.model_validate_json(DIALECT.answer(call, ANSWER).body, strict=True)
    assert reply.data is not None
    assert len(reply.data) == 2
    assert base64.b64decode(reply.data[0].b64_json or "").startswith(b"\x89PNG\r\n")
    assert call.text == "a cat"


def test_dall_e_and_a_wish_give_urls() -> None:
    for body in ({"model": "dall-e-3", "prompt": "a cat"}, {"prompt": "a cat", "response_format": "url"}):
        reply = ImagesResponse.model_validate_json(DIALECT.answer(ask(body), ANSWER).body, strict=True)
        assert reply.data is not None
        assert (reply.data[0].url or "").startswith("https://")
        assert reply.data[0].revised_prompt == "a cat"


def test_a_form_is_read_too() -> None:
    lines = [
        b"--b",
        b'Content-Disposition: form-data; name="prompt"',
        b"",
        "ein Kätzchen bo-aaaaaaaaaaaa".encode(),
        b"--b",
        b'Content-Disposition: form-data; name="model"',
        b"",
        b"gpt-image-1",
        b"--b",
        b'Content-Disposition: form-data; name="image"; filename="a.png"',
        b"Content-Type: image/png",
        b"",
        b"\x89PNG",
        b"--b--",
        b"",
    ]
    headers = {"content-type": "multipart/form-data; boundary=b"}
    call = DIALECT.read(Request("POST", "api.openai.com", "/v1/images/edits", "", headers, b"\r\n".join(lines)))
    assert (call.text, call.model) == ("ein Kätzchen bo-aaaaaaaaaaaa", "gpt-image-1")


def test_a_stream_shows_parts_and_then_the_whole() -> None:
    partial, whole = DIALECT.stream(ask({"stream": True, "partial_images": 1}), ANSWER)
    first, second = (event.decode().split("data: ")[1] for event in (partial, whole))
    assert ImageGenPartialImageEvent.model_validate_json(first, strict=True).b64_json == PNG
    assert ImageGenCompletedEvent.model_validate_json(second, strict=True).usage.input_tokens == 9
    assert whole.startswith(b"event: image_generation.completed\n")


def test_an_answer_without_words_has_no_picture() -> None:
    nothing = Answer("0" * 32, 1, (), 0)
    assert json.loads(DIALECT.answer(ask({"prompt": "a cat"}), nothing).body)["data"] == []
    assert list(DIALECT.stream(ask({"stream": True}), nothing)) == []


def test_a_picture_that_is_stopped_is_an_error_of_the_safety_system() -> None:
    raw = DIALECT.stream_incomplete(ask({"stream": True}), early("content_filter"), begun(ask({"stream": True}), 1))
    error = json.loads(raw.partition(b"data: ")[2])["error"]
    assert (error["type"], error["code"]) == ("image_generation_user_error", "moderation_blocked")
    assert f"req_{'cd' * 16}" in error["message"]


def test_a_failure_in_a_stream_is_an_error_event() -> None:
    raw = DIALECT.stream_failure(
        ask({"stream": True}), Failure(FailureKind.SERVER_ERROR), begun(ask({"stream": True}), 1)
    )
    assert raw.startswith(b'event: error\ndata: {"type":"error","error":{')
