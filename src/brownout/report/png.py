"""``timeline.png``: the same picture for chats and slides, drawn by Pillow, which the extra ``png`` brings."""

from __future__ import annotations

import unicodedata
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from brownout.report import picture
from brownout.report.picture import GROUND, HEIGHT, WIDTH, Box, Label
from brownout.report.words import one_line
from brownout.result import Result

_FONTS = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Arial.ttf", "arial.ttf")
"""Usual fonts by the names of their files; a container may have none of them."""
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}
_PLAIN = str.maketrans({"“": '"', "”": '"', "–": "-", "×": "x", "·": "|", "\u202f": " ", "\u00a0": " "})


@cache
def _font(size: int) -> tuple[ImageFont.FreeTypeFont | ImageFont.ImageFont, bool]:
    """A font of the system, else the one that Pillow brings; and whether it has more than plain letters."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size), True
        except OSError:
            continue
    return ImageFont.load_default(size), False


def _text(value: str, *, rich: bool) -> str:
    """Any text on one line; in plain letters where the font has no others, with ``?`` for what has no plain one."""
    line = one_line(value)
    if rich:
        return line
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", line.translate(_PLAIN)) if not _mark(letter))
    return bare.encode("ascii", "replace").decode()


def _mark(letter: str) -> bool:
    return unicodedata.combining(letter) > 0


def _draw(canvas: ImageDraw.ImageDraw, shape: Box | Label) -> None:
    if isinstance(shape, Box):
        left, top = round(shape.x), round(shape.y)
        right, bottom = max(left, round(shape.x + shape.width) - 1), max(top, round(shape.y + shape.height) - 1)
        canvas.rectangle((left, top, right, bottom), fill=shape.fill)
        return
    font, rich = _font(shape.size)
    text = _text(shape.text, rich=rich)
    canvas.text((shape.x, shape.y), text, fill=shape.fill, font=font, anchor=_ANCHORS[shape.anchor])


def render(result: Result) -> bytes:
    """The picture as PNG, with what it shows in its description, for who reads such things out."""
    image = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    canvas = ImageDraw.Draw(image)
    for shape in picture.shapes(result):
        _draw(canvas, shape)
    about = PngInfo()
    about.add_itxt("Title", _text(picture.title(result), rich=True))
    about.add_itxt("Description", _text(picture.description(result), rich=True))
    file = BytesIO()
    image.save(file, "PNG", pnginfo=about, optimize=True)
    return file.getvalue()
