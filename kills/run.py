"""One kill: a real drill, its victim's end, and all that is to be seen of it afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import yaml

from brownout.journal import SUFFIX, parse
from kills import setting
from kills.claims import BOUND
from kills.facts import Facts, Row
from kills.points import Point

_MARK = "BROWNOUT_KILLS_MARK"
_POLL = 0.005
_EARLY = 0.15
"""A drill that is killed in this first part of its set-up has written nothing; from there on, what it planned."""
_WHOLE = 90.0
"""Seconds that a drill may take in which nobody is killed, on a machine that has much else to do."""


class Stopped(Exception):
    """Nobody wants to know any more."""


@dataclass
class _Drill:
    """One running drill in a folder of its own, and everything that it started."""

    folder: Path
    stop: threading.Event
    process: subprocess.Popen[bytes]
    mark: str
    begun: float = field(default_factory=time.monotonic)

    @property
    def journal(self) -> Path:
        return self.folder / "out" / "journal"

    def files(self) -> dict[str, bytes]:
        """The journal as it is now."""
        return {path.name: path.read_bytes() for path in sorted(self.journal.glob(f"*{SUFFIX}"))}

    def rows(self) -> list[Row]:
        """What the drill itself has written so far."""
        with contextlib.suppress(FileNotFoundError):
            lines = (self.journal / f"drill{SUFFIX}").read_bytes().splitlines()
            return [row for row in map(parse, lines) if row is not None]
        return []

    def wait_for(self, look: Callable[[], Any], until: float) -> Any:
        """The first true value of ``look``; None when time is up. Raises Stopped."""
        while not (found := look()) and time.monotonic() < until:
            if self.stop.wait(_POLL):
                raise Stopped
        return found or None

    def family(self) -> list[psutil.Process]:
        """Whatever it started that still runs, itself included."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get(_MARK) == self.mark and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def end(self) -> None:
        """End what is left."""
        for process in self.family():
            with contextlib.suppress(psutil.Error):
                process.kill()
        self.process.wait()


@contextmanager
def _drill(folder: Path, opinion: setting.Opinion, stop: threading.Event) -> Iterator[_Drill]:
    (folder / "kills.yaml").write_text(yaml.safe_dump(setting.scenario(), sort_keys=False))
    (folder / "brownout.yaml").write_text(yaml.safe_dump(setting.profile(opinion), sort_keys=False))
    mark = uuid.uuid4().hex
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BROWNOUT_")}
    # What a drill that is killed leaves in the temporary folder goes with this one.
    env = {**kept, "TMPDIR": str(folder), _MARK: mark}
    command = [sys.executable, "-m", "brownout", "run", "kills.yaml", "--out", "out", "--quiet"]
    with (folder / "said.log").open("wb") as said:
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
        )
    drill = _Drill(folder, stop, process, mark)
    try:
        yield drill
    finally:
        drill.end()


def _anchor(drill: _Drill, point: Point) -> float | None:
    """The moment that the point's delay is measured from, once it has come."""
    rows = drill.rows()
    if point.stage == "set-up" and point.victim == "drill":
        found = [drill.begun] if point.part < _EARLY else [row["t"] for row in rows if row["kind"] == "planned"]
    elif point.stage == "set-up":
        found = [row["t"] for row in rows if (row.get("name"), row.get("event")) == (point.victim, "started")]
    elif point.stage == "reports":
        found = [row["t"] for row in rows if row["kind"] == "end"]
    elif point.stage == "taking down":
        found = [row["t"] for row in rows if (row.get("name"), row.get("event")) == ("load", "exited")]
    else:
        found = [row["zero"] for row in rows if row["kind"] == "drill"]
    return float(found[0]) if found else None


def _victim(drill: _Drill, point: Point) -> psutil.Process | None:
    """The process that is to be killed, and not the one that looks after it."""
    if point.victim == "drill":
        return psutil.Process(drill.process.pid)
    rows = drill.rows()
    started = [row for row in rows if (row.get("name"), row.get("event")) == (point.victim, "started")]
    if not started:
        return None
    lifeline = psutil.Process(int(str(started[0]["detail"]).removeprefix("pid ")))
    return next(iter(lifeline.children()), None)


def _strike(drill: _Drill, point: Point) -> tuple[float | None, dict[str, bytes]]:
    """Wait for the point, and kill; when that was (None: too late), and the journal a moment before."""
    over = time.monotonic() + _WHOLE

    def gone() -> bool:
        return drill.process.poll() is not None

    anchor = drill.wait_for(lambda: _anchor(drill, point) or gone(), over)
    if anchor is None or anchor is True:
        return None, {}
    drill.wait_for(gone, anchor + point.delay)
    with contextlib.suppress(psutil.Error):
        # One that has been started a moment ago may not have begun its program.
        within = time.monotonic() + 2.0
        victim = drill.wait_for(lambda: _victim(drill, point) or gone(), within)
        if isinstance(victim, psutil.Process) and victim.status() != psutil.STATUS_ZOMBIE and not gone():
            before = drill.files()
            victim.kill()
            return time.monotonic(), before
    return None, {}


def _settle(drill: _Drill, killed: bool) -> tuple[int | None, float, tuple[str, ...]]:
    """The drill's exit code, how long it took until nothing of it ran, and what did not go."""
    begun = time.monotonic()
    until = begun + (BOUND if killed else _WHOLE)
    drill.wait_for(lambda: drill.process.poll() is not None, until)
    code = drill.process.poll()
    if code is not None and code < 0:  # its parts go when they see that it is gone
        drill.wait_for(lambda: not drill.family(), until)
    left = tuple(" ".join(process.cmdline())[-60:] for process in drill.family())
    return code, time.monotonic() - begun, left


def _report(drill: _Drill) -> tuple[int, Any]:
    """What 'brownout report' says of the journal: its exit code, and the result."""
    command = [sys.executable, "-m", "brownout", "report", "out", "--format", "json"]
    done = subprocess.run(command, cwd=drill.folder, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout.startswith("{") else None


def kill(point: Point, folder: Path, stop: threading.Event) -> Facts:
    """Run a drill in an empty folder, kill, and tell. Raises Stopped."""
    with _drill(folder, point.opinion, stop) as drill:
        killed, before = _strike(drill, point)
        code, took, left = _settle(drill, killed is not None)
        judged, report = _report(drill)
        written = folder / "out" / "result.json"
        result = json.loads(written.read_bytes()) if written.is_file() else None
        return Facts(point, killed, code, took, left, drill.files(), before, result, report, judged)


def run(points: list[Point], seen: Callable[[Facts], None], keep: Path | None = None, at_once: int = 2) -> None:
    """All of them, so many at once; ``seen`` gets each as it ends. With ``keep`` their folders stay."""
    stop = threading.Event()
    with contextlib.ExitStack() as stack:
        home = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="brownout-kills-")))
        pool = stack.enter_context(ThreadPoolExecutor(at_once))
        folders = {point: home / f"{point.number:03d}" for point in points}
        for folder in folders.values():
            folder.mkdir(parents=True)
        try:
            for done in as_completed([pool.submit(kill, point, folder, stop) for point, folder in folders.items()]):
                seen(done.result())
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
