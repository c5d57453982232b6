"""JSON documents, one a line."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from brownout.load.lines import ANY, Cutter, LineReader


def lines(*chunks: bytes) -> list[str]:
    reader = LineReader()
    return [line for chunk in chunks for _, line in reader.feed(chunk)] + [line for _, line in reader.close()]


def test_a_line_is_there_when_its_end_is() -> None:
    reader = LineReader()
    assert list(reader.feed(b'{"a"')) == []
    assert list(reader.feed(b': 1}\r\n{"b')) == [("line", '{"a": 1}')]
    assert list(reader.close()) == [("line", '{"b')]
    assert list(reader.close()) == []


def test_empty_lines_are_none() -> None:
    assert lines(b"\n\n1\n\n \n2") == ["1", "2"]


@given(st.lists(st.text().map(lambda text: "x" + text.replace("\n", "").strip() + "x"), max_size=8), st.integers(1, 9))
def test_chunks_make_no_difference(given: list[str], size: int) -> None:
    data = "\n".join(given).encode()
    assert lines(*(data[at : at + size] for at in range(0, len(data), size))) == given


@given(st.text(st.sampled_from("ab\r\n")), st.lists(st.integers(0, 30)))
def test_lines_are_the_same_in_any_pieces(text: str, cuts: list[int]) -> None:
    whole = re.split(r"\r\n|\n|\r", text)
    cutter = Cutter(ANY)
    lines: list[str] = []
    begin = 0
    for cut in [*sorted(cuts), len(text)]:
        lines += cutter.feed(text[begin:cut])
        begin = max(begin, cut)
    rest = cutter.rest()

    assert [*lines, rest] == (whole[:-1] if text.endswith("\r") else whole)  # a CR may still get its LF
