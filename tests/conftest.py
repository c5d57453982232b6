"""Settings of all tests."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
from collections.abc import Generator
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import turns

pytest_plugins = ("support.budget", "support.workers")
TESTS = Path(__file__).parent

# Tests that run side by side inherit the width of a window; what is said here is as wide as in a file.
for _size in ("COLUMNS", "LINES"):
    os.environ.pop(_size, None)

# Nor do they start deaf to Ctrl-C, as what a shell runs in its background does: processes of tests inherit that too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The CA that drills sign with is a user's own: that of the tests is none of whoever runs them, and goes with the run.
_config = tempfile.TemporaryDirectory(prefix="brownout-config-")
os.environ["XDG_CONFIG_HOME"] = _config.name
# Likewise an order to stop all drills: whoever runs the tests may have given one.
os.environ["XDG_STATE_HOME"] = str(Path(_config.name) / "state")

# What hundreds of processes import need not be compiled by each of them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A machine that is busy with other things is no defect of what is tested.
_patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The suite has ten minutes; HYPOTHESIS_PROFILE=thorough takes as long as it takes.
settings.register_profile("quick", parent=_patient, max_examples=40)
settings.register_profile("thorough", parent=_patient, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@settings(max_examples=1, database=None)
@given(st.text())
def _any_text(text: str) -> None:
    assert isinstance(text, str)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Whoever runs tests lays out the characters that there are, once: else the first test with a text would pay."""
    if hasattr(session.config, "workerinput") or not getattr(session.config.option, "numprocesses", None):
        _any_text()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Some folders are drills as a whole.

    What is large to install is left out unless asked for; the first of them in a worker may wait for that.
    """
    asked = os.environ.get("BROWNOUT_HEAVY") == "1"
    for item in items:
        place = item.path.relative_to(TESTS).parts[0] if item.path.is_relative_to(TESTS) else ""
        if place in turns.BY_PLACE:
            item.add_marker(pytest.mark.drill)
        if place in turns.APPLICATIONS:
            item.add_marker(pytest.mark.starts)
        if item.get_closest_marker("heavy"):
            own = (
                pytest.mark.timeout(300)
                if asked
                else pytest.mark.skip(reason="heavy: `make drills` or `make heavy` runs it")
            )
            if not asked or item.get_closest_marker("timeout") is None:
                item.add_marker(own)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Hardly anything that collecting makes is garbage: looking for some would be a fifth of its time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure() -> None:
    """At its end a process takes down everything."""
    gc.unfreeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test that plays a drill has the turn; the wait for it is none of the test's own time."""
    with turns.turn() if item.get_closest_marker("drill") else nullcontext():
        return (yield)
