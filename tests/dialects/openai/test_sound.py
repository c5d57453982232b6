"""Silence in every format."""

from __future__ import annotations

import io
import wave

import pytest

from brownout.dialects.openai.sound import MOST, RATE, TYPES, silence

MAGIC = {"aac": b"\xff\xf1", "flac": b"fLaC", "mp3": b"\xff\xfb", "opus": b"OggS", "pcm": b"\0\0", "wav": b"RIFF"}


@pytest.mark.parametrize("form", sorted(TYPES))
def test_every_format_begins_as_such_files_do(form: str) -> None:
    assert silence(form, 5).startswith(MAGIC[form])
    assert silence(form, 5) == silence(form, 5)
    assert silence(form, 0) == b""


def test_a_wave_file_is_as_long_as_it_says() -> None:
    with wave.open(io.BytesIO(silence("wav", 25))) as read:
        assert (read.getframerate(), read.getnchannels(), read.getsampwidth()) == (RATE, 1, 2)
        assert read.getnframes() / RATE == pytest.approx(2.5)


def test_mp3_is_whole_frames() -> None:
    data = silence("mp3", 3)
    frame = 144 * 128_000 // 44_100
    assert len(data) % frame == 0
    assert all(data[start : start + 4] == b"\xff\xfb\x90\xc4" for start in range(0, len(data), frame))


def test_length_is_bounded_and_an_unknown_format_is_mp3() -> None:
    assert len(silence("mp3", 10**9)) == len(silence("mp3", MOST))
    assert silence("ogg", 2) == silence("mp3", 2)
