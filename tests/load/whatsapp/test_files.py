from __future__ import annotations

import base64
from pathlib import Path

import pytest

from brownout.load.whatsapp.files import MOST, content, flaw
from brownout.profile import Said


@pytest.mark.parametrize(
    ("said", "mime"),
    [
        (Said(image="a.JPG"), "image/jpeg"),
        (Said(image="a.png"), "image/png"),
        (Said(voice="a.ogg"), "audio/ogg; codecs=opus"),
    ],
)
def test_a_file_goes_with_its_type(tmp_path: Path, said: Said, mime: str) -> None:
    name = said.image or said.voice or ""
    (tmp_path / name).write_bytes(b"data")
    kind = "image" if said.image else "voice"
    assert flaw(tmp_path, said) is None
    assert content(tmp_path, said) == {kind: base64.b64encode(b"data").decode(), "mime": mime}


def test_a_text_has_no_file(tmp_path: Path) -> None:
    assert (flaw(tmp_path, Said(text="Hello")), content(tmp_path, Said(text="Hello"))) == (None, {})


def test_a_file_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"data")
    first = content(tmp_path, Said(image="a.png"))
    (tmp_path / "a.png").unlink()
    assert content(tmp_path, Said(image="a.png")) == first


@pytest.mark.parametrize("size", [0, MOST + 1])
def test_a_file_of_no_size_or_too_big_is_refused(tmp_path: Path, size: int) -> None:
    with (tmp_path / "a.ogg").open("wb") as file:
        file.truncate(size)
    assert f"holds {size:,} bytes" in (flaw(tmp_path, Said(voice="a.ogg")) or "")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.ogg").mkdir()
    assert "no such file" in (flaw(tmp_path, Said(voice="a.ogg")) or "")
