"""What tests of processes share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from brownout.drill.processes import Family
from brownout.journal import MemoryJournal


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    """Children of a test, which end with it."""
    family = Family(tmp_path / "logs", MemoryJournal())
    yield family
    family.stop(family.children)
