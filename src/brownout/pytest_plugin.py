"""Brownout for pytest: a drill's expectations as test items, and an ``outage`` fixture for tests of your own.

Import-light: neither mitmproxy nor locust, nor anything of brownout's that costs time, before a test needs it.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from brownout.testing.outage import Outage, OutageServer

# The format's version, at the left margin, is what tells a scenario from any other YAML file.
_SCENARIO = re.compile(rb"^(\xef\xbb\xbf)?brownout:[ \t]*\d+[ \t]*(#.*)?\r?$", re.MULTILINE)
_LOOKED_AT = 65_536
_HANDLE = pytest.StashKey["Outage"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the plugin's options, each of them with the prefix ``--brownout-``."""
    group = parser.getgroup("brownout", "replay AI-platform outages (brownout)")
    group.addoption("--brownout-app", metavar="FILE", help="app profile; collects scenario files as drills against it")
    group.addoption("--brownout-out", metavar="DIR", help="folder for the drills' reports (default: a temporary one)")
    group.addoption("--brownout-speed", metavar="X", type=float, help="incident seconds a drill second")
    group.addoption("--brownout-tools", metavar="SHARE", default="never", help="turns in which the platform uses tools")
    group.addoption("--brownout-users", metavar="N", type=int, help="users on a good day")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker. Raises UsageError for a scenario that is to be run against nothing."""
    config.addinivalue_line(
        "markers",
        "outage(scenario, phase=None, speed=None, may_miss=False): play this scenario (a name or a file) while the "
        "test runs; with phase, stay in that phase (see brownout.testing.outage.Outage.play)",
    )
    if not config.getoption("--brownout-app"):
        for argument in config.args:
            path = config.invocation_params.dir / argument.partition("::")[0]
            if path.suffix in (".yaml", ".yml") and _is_scenario(path):
                raise pytest.UsageError(f"{argument}: say which application to drill: --brownout-app brownout.yaml")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Scenario files are drills, once it is known against which application."""
    if file_path.suffix not in (".yaml", ".yml") or not parent.config.getoption("--brownout-app"):
        return None
    if not _is_scenario(file_path):
        return None
    from brownout.testing.drill_items import ScenarioFile

    collector: pytest.Collector = ScenarioFile.from_parent(parent, path=file_path)
    return collector


def _is_scenario(path: Path) -> bool:
    """Whether it says so near its beginning; a file that cannot be read does not."""
    try:
        with path.open("rb") as file:
            return _SCENARIO.search(file.read(_LOOKED_AT)) is not None
    except OSError:
        return False


@pytest.fixture(scope="session")
def outage_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutageServer]:
    """The proxy and stand-in behind the ``outage`` fixture, started once a session (with xdist: once a worker)."""
    from brownout.errors import HarnessError
    from brownout.testing.outage import running_outage_server

    tools = request.config.getoption("--brownout-tools")
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_outage_server(tmp_path_factory.mktemp("brownout"), tools))
        except HarnessError as error:
            server, refusal = None, str(error)
        if server is None:
            pytest.fail(f"brownout: {refusal}", pytrace=False)
        yield server


@pytest.fixture
def outage(
    request: pytest.FixtureRequest, outage_server: OutageServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Outage]:
    """A healthy platform that this test can break: see ``brownout.testing.outage.Outage``.

    OPENAI_BASE_URL, ANTHROPIC_BASE_URL and their like lead to it while the test runs, so clients have to be made after
    this fixture. A strike that was ordered and never happened fails the test.
    """
    from brownout.testing.outage import Outage

    handle = Outage(outage_server)
    try:
        marker = request.node.get_closest_marker("outage")
        if marker is not None:
            _play(handle, marker)
        for name, value in handle.environment().items():  # the scenario may know more platforms
            monkeypatch.setenv(name, value)
        request.node.stash[_HANDLE] = handle
        yield handle
    finally:
        handle.close()


def _play(handle: Outage, marker: pytest.Mark) -> None:
    from brownout.config.yamlfile import InputError

    try:
        handle.play(*marker.args, **marker.kwargs)
    except (InputError, TypeError, ValueError) as error:
        refusal = str(error)
    else:
        return
    pytest.fail(f"@pytest.mark.outage: {refusal}", pytrace=False)


def pytest_itemcollected(item: pytest.Item) -> None:
    """The marker alone is enough: it brings the fixture, before any other that may make a client."""
    names = getattr(item, "fixturenames", None)
    if isinstance(names, list) and "outage" not in names and item.get_closest_marker("outage"):
        names.insert(0, "outage")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """A test that passed with a strike that never happened has shown nothing: it fails."""
    result = yield
    handle = item.stash.get(_HANDLE, None)
    missed = handle.missed() if handle is not None else None
    if missed:
        pytest.fail(missed, pytrace=False)
    return result
