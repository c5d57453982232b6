from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from brownout.report import png
from brownout.result import Result


def drawn(result: Result) -> Image.Image:
    image = Image.open(BytesIO(png.render(result)))
    image.load()
    return image


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A system without any font, such as a slim container."""
    png._font.cache_clear()
    monkeypatch.setattr(png, "_FONTS", ())
    yield
    png._font.cache_clear()


def test_it_is_a_small_picture_in_the_colours_of_what_happened(outage: Result) -> None:
    data, image = png.render(outage), drawn(outage)
    colours = {colour for _, colour in image.getcolors(100_000) or ()}

    assert (image.format, image.size, len(data) < 100_000) == ("PNG", (1200, 400), True)
    assert {(0x2F, 0x9E, 0x75), (0xD8, 0x53, 0x2F), (0x7A, 0x3F, 0xA0), (0xFB, 0xD0, 0xCF)} <= colours


def test_what_it_shows_is_told_in_words_too(outage: Result) -> None:
    info = drawn(outage).info

    assert info["Title"].startswith("BROKEN: fragile-chat")
    assert "41 of 132 answered whole" in info["Description"]


@pytest.mark.parametrize("app", ["fragile-chat", "Bücher “×” 日本", "a\x1b[2Jb\u202e\ud800]]><"])
def test_without_a_font_on_the_system_texts_are_there_all_the_same(outage: Result, app: str, no_fonts: None) -> None:
    image = drawn(replace(outage, app=app))
    heading = image.crop((0, 10, 1200, 45))

    assert len(heading.getcolors(100_000) or ()) > 5


def test_letters_that_the_plain_font_has_not_become_plain_ones_or_marks() -> None:
    assert png._text("Bücher “×” 3–4 日", rich=False) == 'Bucher "x" 3-4 ?'
    assert png._text("Bücher\n日", rich=True) == "Bücher 日"
