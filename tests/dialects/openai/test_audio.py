"""Speech and transcriptions as the SDK's own types read them."""

from __future__ import annotations

import json

import pytest
from openai.types.audio import Transcription, TranscriptionTextDeltaEvent, TranscriptionTextDoneEvent
from openai.types.audio import TranscriptionVerbose as Verbose
from support.every_call import begun, early

from brownout.dialects.openai.audio import OpenAIAudio
from brownout.exchange import Answer, Call, Failure, FailureKind, Request

AUDIO = OpenAIAudio()
ANSWER = Answer("ab" * 16, 1_763_770_000, ("Hello", " there", "!"), 8)


def speak(**body: object) -> Call:
    raw = json.dumps({"model": "tts-1", "input": "one two three", **body}).encode()
    return AUDIO.read(Request("POST", "api.openai.com", "/v1/audio/speech", body=raw))


def listen(what: str = "transcriptions", **fields: str) -> Call:
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields.items()]
    file = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\n\xff\xfb\r\n--b--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=b"}
    body = "".join((*parts, file)).encode("latin-1")
    return AUDIO.read(Request("POST", "api.openai.com", f"/v1/audio/{what}", "", headers, body))


def test_speech_names_what_is_said_and_is_sound() -> None:
    call = speak()
    reply = AUDIO.answer(call, ANSWER)
    assert (call.text, call.model, call.stream) == ("one two three", "tts-1", False)
    assert dict(reply.headers)["content-type"] == "audio/mpeg"
    assert reply.body.startswith(b"\xff\xfb")
    assert AUDIO.answer(call, Answer("a" * 32, 1, (), 0)).body == b""


def test_a_form_is_read() -> None:
    call = listen(model="whisper-1", prompt="a word", stream="true")
    assert (call.model, call.text, call.stream) == ("whisper-1", "a word", True)


def test_a_transcription_is_json_unless_asked_otherwise() -> None:
    plain = Transcription.model_validate_json(AUDIO.answer(listen(model="m"), ANSWER).body)
    assert plain.text == "Hello there!"
    verbose = AUDIO.answer(listen(model="m", response_format="verbose_json", language="german"), ANSWER).body
    whole = Verbose.model_validate_json(verbose, strict=True)
    assert (whole.text, whole.language, whole.duration) == ("Hello there!", "german", 1.0)
    task = json.loads(AUDIO.answer(listen("translations", response_format="verbose_json"), ANSWER).body)["task"]
    assert task == "translate"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("text", b"Hello there!\n"),
        ("srt", b"1\n00:00:00,000 --> 00:00:01,000\nHello there!\n\n"),
        ("vtt", b"WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHello there!\n\n"),
    ],
)
def test_words_come_plain_too(form: str, words: bytes) -> None:
    reply = AUDIO.answer(listen(response_format=form), ANSWER)
    assert reply.body == words
    assert dict(reply.headers)["content-type"].startswith("text/plain")


def test_a_streamed_transcription_adds_up() -> None:
    *deltas, done = (event.decode().removeprefix("data: ") for event in AUDIO.stream(listen(stream="true"), ANSWER))
    read = [TranscriptionTextDeltaEvent.model_validate_json(delta, strict=True).delta for delta in deltas]
    assert TranscriptionTextDoneEvent.model_validate_json(done, strict=True).text == "".join(read) == "Hello there!"


def test_a_stream_that_fails_holds_an_error_and_one_that_stops_is_done() -> None:
    call = listen(model="whisper-1", stream="true")
    failed = AUDIO.stream_failure(call, Failure(FailureKind.OVERLOADED), begun(call, 3))
    assert json.loads(failed.removeprefix(b"data: "))["error"]["code"] == "server_is_overloaded"
    assert b"transcript.text.done" in AUDIO.stream_incomplete(call, early(), begun(call, 3))
