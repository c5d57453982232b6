from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.chat_app import User, running
from support.chat_platform import Upstream, serving

Start = Callable[..., User]


@pytest.fixture(scope="module")
def platform() -> Iterator[Upstream]:
    """The platform of one test module."""
    with serving() as upstream:
        yield upstream


@pytest.fixture
def upstream(platform: Upstream) -> Upstream:
    """The platform, healthy, with nothing received yet."""
    platform.reset()
    return platform


@pytest.fixture
def start(upstream: Upstream, tmp_path: Path) -> Iterator[Start]:
    """Starts an example for one test alone: ``start("sturdy_chat", CHAT_DEADLINE="2")``."""
    with contextlib.ExitStack() as stack:
        yield lambda example, **env: stack.enter_context(running(example, upstream, tmp_path, **env))
