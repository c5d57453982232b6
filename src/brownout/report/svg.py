"""``timeline.svg``: the drill as a picture that needs no font, no script and nothing from anywhere.

https://www.w3.org/TR/SVG11/
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from brownout.report import picture
from brownout.report.junit import legal
from brownout.report.picture import HEIGHT, WIDTH, Box, Shape
from brownout.report.words import one_line
from brownout.result import Result

_NAMESPACE = "http://www.w3.org/2000/svg"


def _text(value: str) -> str:
    """Any text on one line, as XML can hold it; the writer escapes what is markup."""
    return legal(one_line(value))


def _draw(parent: ET.Element, shape: Shape) -> None:
    if isinstance(shape, Box):
        place = {"x": shape.x, "y": shape.y, "width": shape.width, "height": shape.height}
        ET.SubElement(parent, "rect", {**{name: f"{value:.2f}" for name, value in place.items()}, "fill": shape.fill})
        return
    about = {"x": f"{shape.x:.2f}", "y": f"{shape.y:.2f}", "font-size": str(shape.size), "fill": shape.fill}
    ET.SubElement(parent, "text", {**about, "text-anchor": shape.anchor}).text = _text(shape.text)


def render(result: Result) -> str:
    """The picture as SVG, with what it shows in its title and its description."""
    about = {"xmlns": _NAMESPACE, "viewBox": f"0 0 {WIDTH} {HEIGHT}", "width": str(WIDTH), "height": str(HEIGHT)}
    told = {"role": "img", "aria-labelledby": "title desc", "font-family": "Helvetica, Arial, DejaVu Sans, sans-serif"}
    root = ET.Element("svg", {**about, **told})
    ET.SubElement(root, "title", {"id": "title"}).text = _text(picture.title(result))
    ET.SubElement(root, "desc", {"id": "desc"}).text = _text(picture.description(result))
    for shape in picture.shapes(result):
        _draw(root, shape)
    return f"{ET.tostring(root, encoding='unicode')}\n"
