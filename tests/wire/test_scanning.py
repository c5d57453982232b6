"""Cutting where a scanner says."""

from __future__ import annotations

import pytest

from brownout.wire.framing import SseCutter
from brownout.wire.jsonarray import JsonArrayCutter
from brownout.wire.scanning import ScanningCutter


class EveryStop:
    """An event ends with each full stop."""

    def ends(self, data: bytes) -> list[int]:
        return [index + 1 for index, byte in enumerate(data) if byte == ord(".")]


class StopCutter(ScanningCutter):
    scanner = EveryStop


def test_an_event_has_all_chunks_since_the_last_end() -> None:
    cutter = StopCutter()

    assert [cutter.feed(chunk) for chunk in (b"a", b"b.c", b".d.", b"e")] == [[], [b"ab."], [b"c.", b"d."], []]
    assert cutter.rest() == b"e"


@pytest.mark.parametrize("cutter", [SseCutter(), JsonArrayCutter()], ids=["sse", "array"])
def test_after_its_rest_a_scanner_begins_anew(cutter: ScanningCutter) -> None:
    cutter.feed(b'[{"a": "\n')
    cutter.rest()

    assert cutter.feed(b"\n{}\n\n")[-1] in (b"\n{}\n\n", b"\n{}")
