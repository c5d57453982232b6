"""One stand-in and one proxy for the tests that need no more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.proxies import ProxyProcess, running_proxy
from support.standins import running_standin


@pytest.fixture(scope="package")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_standin(tmp_path_factory.mktemp("standin")) as url:
        yield url


@pytest.fixture(scope="package")
def edge(tmp_path_factory: pytest.TempPathFactory, standin: str) -> Iterator[ProxyProcess]:
    """A proxy in front of the stand-in."""
    with running_proxy(tmp_path_factory.mktemp("edge"), standin) as running:
        yield running
