"""Speech and transcription: https://platform.openai.com/docs/api-reference/audio."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from brownout.dialects.base import Pace
from brownout.dialects.multipart import Form, form_of
from brownout.dialects.openai import common as openai
from brownout.dialects.openai import sound
from brownout.dialects.reading import string
from brownout.dialects.sent import Sent, text_in, values_of
from brownout.exchange import Answer, Call, Failure, Reply, Request

_PLAIN = {"srt": "text/plain; charset=utf-8", "text": "text/plain; charset=utf-8", "vtt": "text/plain; charset=utf-8"}


def _speaks(call: Call) -> bool:
    return call.request.path.rstrip("/").endswith("/speech")


def _seconds(answer: Answer) -> float:
    """How long the words take to say: three of them a second."""
    return round(len(answer.pieces) / 3, 2)


def _stamp(seconds: float, point: str) -> str:
    millis = round(seconds * 1000)
    minutes, rest = divmod(millis // 1000, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}{point}{millis % 1000:03}"


def _subtitles(form: str, answer: Answer) -> str:
    """The whole text as one cue of ``srt`` or ``vtt``; the bare words for ``text``."""
    if form == "text":
        return f"{answer.text}\n"
    point = "," if form == "srt" else "."
    cue = f"{_stamp(0, point)} --> {_stamp(_seconds(answer), point)}\n{answer.text}\n"
    return f"1\n{cue}\n" if form == "srt" else f"WEBVTT\n\n{cue}\n"


def _segments(answer: Answer) -> list[dict[str, Any]]:
    if not answer.pieces:
        return []
    times = {"id": 0, "seek": 0, "start": 0.0, "end": _seconds(answer)}
    scores = {"temperature": 0.0, "avg_logprob": -0.2, "compression_ratio": 1.1, "no_speech_prob": 0.01}
    return [{**times, "text": answer.text, "tokens": list(range(len(answer.pieces))), **scores}]


def _usage(answer: Answer) -> dict[str, Any]:
    return {
        "type": "tokens",
        "input_tokens": answer.input_tokens,
        "input_token_details": {"text_tokens": 0, "audio_tokens": answer.input_tokens},
        "output_tokens": answer.output_tokens,
        "total_tokens": answer.input_tokens + answer.output_tokens,
    }


def _verbose(call: Call, answer: Answer, form: Form) -> dict[str, Any]:
    task = "translate" if call.request.path.rstrip("/").endswith("/translations") else "transcribe"
    return {
        "task": task,
        "language": form.texts.get("language") or "english",
        "duration": _seconds(answer),
        "text": answer.text,
        "segments": _segments(answer),
        "usage": {"type": "duration", "seconds": math.ceil(_seconds(answer))},
    }


class OpenAIAudio(openai.OpenAIDialect):
    """``openai.audio``: speech is silence as long as its words; a recording is transcribed to the answer's words."""

    service = "openai.audio"
    pace: Pace = "once"

    def read(self, request: Request) -> Call:
        """What the request asks for; ``text`` is what shall be spoken, or the hint for a transcription."""
        call, form, body = openai.read(self.service, request, ()), form_of(request).texts, request.json
        speaks = _speaks(call)
        text = body.get("input") if speaks else form.get("prompt")
        return replace(
            call,
            model=call.model or string(form.get("model")),
            text=text if isinstance(text, str) else "",
            stream=not speaks and (call.stream or form.get("stream") == "true"),
        )

    def answer(self, call: Call, answer: Answer) -> Reply:
        """Sound in the format asked for, or the text, as JSON or plain."""
        if _speaks(call):
            form = string(call.body.get("response_format")) or "mp3"
            sounds = sound.silence(form, round(10 * _seconds(_spoken(call, answer))))
            return Reply(200, openai.headers(call, answer.id, sound.TYPES.get(form, sound.TYPES["mp3"])), sounds)
        asked = form_of(call.request)
        form = asked.texts.get("response_format", "json")
        if form in _PLAIN:
            words = _subtitles(form, answer).encode("utf-8", "replace")
            return Reply(200, openai.headers(call, answer.id, _PLAIN[form]), words)
        if form == "verbose_json":
            return openai.ok(call, answer, _verbose(call, answer, asked))
        return openai.ok(call, answer, {"text": answer.text, "usage": _usage(answer)})

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a stream."""
        return openai.head(call, answer)

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """A transcript, a delta a token, then the whole; no ``[DONE]``."""
        for piece in answer.pieces:
            yield openai.event({"type": "transcript.text.delta", "delta": piece})
        yield openai.event({"type": "transcript.text.done", "text": answer.text, "usage": _usage(answer)})

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """An error object where a delta was due; the SDKs raise ``APIError`` from it."""
        error = openai.error_of(call, failure)
        return openai.event({"error": error.body})

    def stream_incomplete(self, call: Call, answer: Answer, sent: Sent) -> bytes:
        """The closing event, with the text so far: a transcript has no way to say that it stopped early."""
        answer = replace(answer, pieces=tuple(text_in(value, "delta") for value in values_of(sent)))
        return openai.event({"type": "transcript.text.done", "text": answer.text, "usage": _usage(answer)})


def _spoken(call: Call, answer: Answer) -> Answer:
    """The text that shall be spoken, as an answer: what is said is what was asked for; nothing where none is given."""
    return replace(answer, pieces=tuple(call.text.split())) if answer.pieces else answer
