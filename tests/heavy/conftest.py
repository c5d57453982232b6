"""Real stand-in processes for the heavy tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from support.standin_process import Start, starter


@pytest.fixture
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts stand-ins of one test; they end with it."""
    with ExitStack() as stack:
        yield starter(stack, lambda: tmp_path_factory.mktemp("standin"))
