"""What tests of a record share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.journals import Handwritten


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Handwritten]:
    """An empty journal of a drill that ran to its end."""
    handwritten = Handwritten(tmp_path)
    yield handwritten
    handwritten.close()
