from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from brownout.report.svg import render
from brownout.result import Result

SVG = "{http://www.w3.org/2000/svg}"


def drawn(result: Result) -> ET.Element:
    return ET.fromstring(render(result).encode("utf-8", "replace"))


def test_it_is_a_picture_of_a_fixed_size_with_title_and_description(outage: Result) -> None:
    root = drawn(outage)

    assert root.tag == f"{SVG}svg"
    assert (root.attrib["viewBox"], root.attrib["role"]) == ("0 0 1200 400", "img")
    assert root.attrib["aria-labelledby"].split() == [root[0].attrib["id"], root[1].attrib["id"]]
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "BROKEN: fragile-chat in “ChatGPT platform-wide outage, 3 February 2026”"
    assert "41 of 132 answered whole" in (root[1].text or "")


def test_it_is_light_and_the_same_every_time(outage: Result) -> None:
    assert len(render(outage)) < 40_000
    assert render(outage) == render(outage)


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=40))
def test_any_text_is_text_and_nothing_else(outage: Result, text: str) -> None:
    for hostile in (text, f"]]>{text}<script>alert(1)</script><!-- &x;"):
        root = drawn(replace(outage, app=hostile, title=hostile, lead=hostile))

        assert {element.tag.removeprefix(SVG) for element in root.iter()} == {"svg", "title", "desc", "rect", "text"}
        assert {name for element in root.iter() for name in element.attrib} <= {
            *("viewBox", "width", "height", "role", "aria-labelledby", "font-family", "id"),
            *("x", "y", "fill", "font-size", "text-anchor"),
        }
