"""Every checker is tested with journals written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.journals import Handwritten


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Handwritten]:
    """An empty journal of a drill that ran to its end: healthy 0–10 s, outage 10–20, tail 20–30, after 30–60."""
    handwritten = Handwritten(tmp_path)
    yield handwritten
    handwritten.close()
