"""One drill at a time on a machine, whatever the number of workers.

A drill is a proxy, a stand-in, a load and an application. Several of them side by side make each other late, and then
accuse applications that are sound. So a test that plays one is marked ``drill``, and has the turn from before its first
fixture until after its last; whoever starts a drill asserts that it has it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

LOCK = Path(tempfile.gettempdir()) / f"brownout-drill-{os.getuid()}.lock"
"""Shared by all runs of the tests of one user. The system takes it back from a holder that dies."""
PATIENCE = 1800.0
"""Seconds that a run of the tests waits for the drills of other runs."""
BY_PLACE = ("e2e",)
"""Folders of ``tests`` in which every test plays a drill."""
APPLICATIONS = ("examples",)
"""Folders in which every test starts an application (or a load), and no drill: it needs no turn, but has a drill's
budget. Elsewhere such tests are marked ``starts``."""
DRILLS = ("demo", "minimise", "replay", "run", "selftest")
"""Commands of brownout that play one."""

_held: list[FileLock] = []


@contextmanager
def turn(lock: Path = LOCK, patience: float = PATIENCE) -> Iterator[None]:
    """Have the turn. Raises filelock.Timeout after so many seconds of others' drills."""
    mine = FileLock(lock, timeout=patience)
    with mine:
        _held.append(mine)
        try:
            yield
        finally:
            _held.remove(mine)


def assert_turn(command: Sequence[str]) -> None:
    """Fail the test that starts a drill without having the turn; other commands need none."""
    if command and command[0] in DRILLS:
        assert _held, f"`brownout {command[0]}` plays a drill: mark the test with @pytest.mark.drill"
