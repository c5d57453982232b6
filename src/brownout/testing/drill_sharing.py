"""Workers of pytest-xdist on one machine: a drill runs once for all of them, and no two drills at the same time.

Several workers may get items of one scenario, and drills side by side would measure each other's load. The public way
for workers to share is a file: https://pytest-xdist.readthedocs.io/en/stable/how-to.html#making-session-scoped-fixtures-execute-only-once
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest


class Outcome(NamedTuple):
    """The folder of a drill, and what went wrong: None where it has a result."""

    out: str
    problem: str | None


INTERRUPTED = Outcome("", "the drill was interrupted")


def once(config: pytest.Config, name: str, drill: Callable[[], Outcome]) -> Outcome:
    """The outcome of ``drill``, which runs here unless another worker of this run has had it, under the same name."""
    worker: dict[str, Any] | None = getattr(config, "workerinput", None)
    folders: Any = getattr(config, "_tmp_path_factory", None)
    if worker is None or folders is None:
        return drill()
    shared: Path = folders.getbasetemp().parent
    run = hashlib.sha256(f"{worker['testrunuid']}|{name}".encode()).hexdigest()[:16]
    note = shared / f"brownout-{run}.json"
    with (shared / "brownout.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go of by the kernel, should this worker die
        if note.is_file():
            return Outcome(*json.loads(note.read_text("utf-8")))
        outcome = INTERRUPTED
        try:
            outcome = drill()
        finally:
            note.write_text(json.dumps(outcome), "utf-8")
        return outcome
