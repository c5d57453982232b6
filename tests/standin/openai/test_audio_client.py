"""Speech, transcription, moderation and pictures by form, with the real OpenAI client against a real stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI
from support.standin_process import Running

from brownout.calls import canary

ONE = canary.make(9, "talk", 1, 1, 1)
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
SOUND = ("talk.mp3", b"\xff\xfb\x90\xc4" + bytes(413))


@pytest.fixture
def client(standin: Running) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{standin.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=30) as made:
        yield made


def test_speech_is_sound_of_the_format_asked_for(client: OpenAI) -> None:
    spoken = client.audio.speech.create(model="gpt-4o-mini-tts", voice="alloy", input="one two three")
    assert spoken.response.headers["content-type"] == "audio/mpeg"
    assert spoken.content.startswith(b"\xff\xfb")
    longer = client.audio.speech.create(model="tts-1", voice="alloy", input="one two three " * 9)
    assert len(longer.content) > len(spoken.content)
    wave = client.audio.speech.create(model="tts-1", voice="alloy", input="hi", response_format="wav")
    assert (wave.response.headers["content-type"], wave.content[:4]) == ("audio/wav", b"RIFF")


def test_a_transcription_has_words(client: OpenAI) -> None:
    plain = client.audio.transcriptions.create(model="gpt-4o-transcribe", file=SOUND, prompt=f"talk of {ONE}")
    assert ONE in plain.text
    assert plain.text.endswith(canary.SENTINEL)
    whole = client.audio.transcriptions.create(model="whisper-1", file=SOUND, response_format="verbose_json")
    assert whole.duration > 0
    assert whole.segments
    assert whole.segments[0].text == whole.text
    assert client.audio.translations.create(model="whisper-1", file=SOUND).text.endswith(canary.SENTINEL)


def test_a_transcription_can_be_text_or_subtitles(client: OpenAI) -> None:
    text = client.audio.transcriptions.create(model="whisper-1", file=SOUND, response_format="text")
    assert text.strip().endswith(canary.SENTINEL)
    subtitles = client.audio.transcriptions.create(model="whisper-1", file=SOUND, response_format="vtt")
    assert str(subtitles).startswith("WEBVTT\n\n00:00:00.000 --> 00:00:")


def test_a_transcription_can_be_streamed(client: OpenAI) -> None:
    with client.audio.transcriptions.create(model="gpt-4o-transcribe", file=SOUND, stream=True) as stream:
        events = list(stream)
    said = "".join(event.delta for event in events if event.type == "transcript.text.delta")
    last = events[-1]
    assert last.type == "transcript.text.done"
    assert last.text == said


def test_a_transcription_needs_a_model(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="you must provide a model parameter"):
        client.audio.transcriptions.create(model="", file=SOUND)


def test_moderation_flags_nothing(client: OpenAI) -> None:
    verdict = client.moderations.create(input=["a", "b"])
    assert [result.flagged for result in verdict.results] == [False, False]
    assert verdict.model == "omni-moderation-latest"
    assert verdict.results[0].category_scores.violence_graphic < 0.5
    message: Any = [{"type": "text", "text": "a"}]
    parts = client.moderations.create(input=message, model="omni-moderation-latest")
    assert len(parts.results) == 1


def test_pictures_are_edited_and_varied_by_form(client: OpenAI) -> None:
    varied = client.images.create_variation(image=b"\x89PNG", n=3, response_format="b64_json", model="dall-e-2")
    assert [bool(picture.b64_json) for picture in varied.data or []] == [True, True, True]
    with client.images.edit(
        model="gpt-image-1", image=[b"\x89PNG", b"\x89PNG"], prompt=f"a cat {ONE}", stream=True, partial_images=2
    ) as stream:
        kinds = [event.type for event in stream]
    assert kinds == ["image_edit.partial_image", "image_edit.partial_image", "image_edit.completed"]
