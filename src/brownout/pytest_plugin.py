"""Brownout for pytest: a drill's expectations as test items, and an ``outage`` fixture for tests of your own.

Import-light: neither mitmproxy nor locust, nor anything of brownout's that costs time, before a test needs it.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from brownout.outage import Outage, OutageServer

_SCENARIO = re.compile(rb"^brownout:\s*1\s*(#.*)?$", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("brownout", "replay AI-platform outages (brownout)")
    group.addoption("--brownout-app", metavar="FILE", help="app profile; collects scenario files as drills against it")
    group.addoption("--brownout-out", metavar="DIR", help="folder for the drills' reports (default: a temporary one)")
    group.addoption("--brownout-speed", metavar="X", type=float, help="incident seconds a drill second")
    group.addoption("--brownout-users", metavar="N", type=int, help="users on a good day")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "outage(scenario, phase=None): play this scenario (a name or a file) while the test uses the outage fixture; "
        "with phase, stay in that phase",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Scenario files are drills, once it is known against which application."""
    if file_path.suffix not in (".yaml", ".yml") or not _SCENARIO.search(file_path.read_bytes()[:4096]):
        return None
    if parent.config.getoption("--brownout-app"):
        from brownout.drill_items import ScenarioFile

        collector: pytest.Collector = ScenarioFile.from_parent(parent, path=file_path)
        return collector
    if any(str(file_path) == str(Path(argument).resolve()) for argument in parent.config.args):
        raise pytest.UsageError(f"{file_path.name}: say which application to drill: --brownout-app brownout.yaml")
    return None


@pytest.fixture(scope="session")
def outage_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutageServer]:
    """The proxy and stand-in behind the ``outage`` fixture, started once a session."""
    from brownout.outage import running_outage_server

    with running_outage_server(tmp_path_factory.mktemp("brownout")) as server:
        yield server


@pytest.fixture
def outage(
    request: pytest.FixtureRequest, outage_server: OutageServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Outage]:
    """A healthy platform that this test can break: see ``brownout.outage.Outage``.

    OPENAI_BASE_URL, ANTHROPIC_BASE_URL and their like lead to it while the test runs. A strike that was ordered and
    never happened fails the test.
    """
    from brownout.outage import Outage

    for name, value in outage_server.environment("base_url").items():
        monkeypatch.setenv(name, value)
    handle = Outage(outage_server)
    marker = request.node.get_closest_marker("outage")
    if marker is not None:
        handle.play(*marker.args, **marker.kwargs)
    try:
        yield handle
    finally:
        problem = handle.close()
    if problem and not _failed(request):
        pytest.fail(problem, pytrace=False)


def _failed(request: pytest.FixtureRequest) -> bool:
    report: Any = request.node.stash.get(_CALLED, None)
    return bool(report is not None and report.failed)


_CALLED = pytest.StashKey[pytest.TestReport]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember how a test's call went, for the fixture."""
    report = yield
    if report.when == "call":
        item.stash[_CALLED] = report
    return report
