"""The processes of a drill: each started with a log and a lifeline, and none of them left behind.

Each runs under ``lifeline.py``, whose stdin is a pipe that only the drill holds: when the drill is gone, even by
``kill -9``, the pipe ends, and so do the children; the load first, so that no user meets parts that are going.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from brownout.config.units import in_words
from brownout.drill import lifeline
from brownout.errors import HarnessError
from brownout.events import Process
from brownout.journal import Writer
from brownout.keys_in_play import KeysInPlay
from brownout.leaks import redact

POLL = 0.02
LINGER = 2.0
_SPARE = 3.0
_TAIL = 20_000


@dataclass
class Child:
    """One running process. ``log`` holds what it says; ``out`` the line that some print when they are ready.

    ``holds`` says in words what only it has, and what is lost with it; ``alive`` is when it was last seen running
    (monotonic seconds). ``foreign``: it is no part of ours, so the journal keeps its last words.
    """

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    out: Path
    grace: float
    holds: str = ""
    foreign: bool = False
    keys: KeysInPlay | None = None
    reported: bool = False
    alive: float = field(default_factory=time.monotonic)

    @property
    def code(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self.process.poll()

    def end_in_words(self) -> str:
        """``exited with code 3`` or ``was killed by SIGKILL``."""
        code = self.code
        if code is None:
            return "is running"
        if code < 0:
            return f"was killed by {signal.Signals(-code).name}"
        return f"exited with code {code}"

    @property
    def loss(self) -> str:
        """What is gone with it, to be put behind how it ended; empty where it held nothing."""
        return f"; {self.holds} is gone with it" if self.holds else ""

    def last_lines(self, lines: int = 8) -> list[str]:
        """The last lines of its log, without keys; none when it said nothing."""
        with contextlib.suppress(OSError), self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - _TAIL))
            text = log.read().decode("utf-8", "replace")
            return [redact(line, limit=300, known=self.keys) for line in text.splitlines() if line.strip()][-lines:]
        return []

    def tail(self, lines: int = 8) -> str:
        """The same, indented; empty when it said nothing."""
        return "\n".join(f"    {line}" for line in self.last_lines(lines))

    def let_go(self) -> None:
        """Close its lifeline, by which it knows that the drill lives."""
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def ask_to_end(self) -> None:
        """Ask it by SIGTERM to end, and do not wait for it."""
        with contextlib.suppress(OSError):
            self.process.terminate()

    def wait(self, seconds: float) -> bool:
        """Whether it ended within this time."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def tree(self) -> list[psutil.Process]:
        """It, with everything that it started; nothing once it has ended."""
        with contextlib.suppress(psutil.Error):
            root = psutil.Process(self.process.pid)
            return [root, *root.children(recursive=True)] if self.code is None else []
        return []

    def kill(self) -> None:
        """End it now, with everything it started."""
        for process in self.tree():
            with contextlib.suppress(psutil.Error):
                process.kill()
        self.let_go()
        self.process.wait()


@dataclass
class Family:
    """The children of one drill, and where their logs and their lives are recorded, without the ``keys`` in use."""

    logs: Path
    journal: Writer
    keys: KeysInPlay | None = None
    children: list[Child] = field(default_factory=list)

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        announces: bool = False,
        linger: float = LINGER,
        grace: float = 5.0,
    ) -> Child:
        """Start a program in a session of its own. Raises HarnessError when there is no such program.

        ``announces``: it prints a line when it is ready, which is kept apart from its log. ``linger``: for how long it
        outlives a drill that was killed; ``grace``: how long it may take to end when asked. All in seconds.
        """
        require_program(name, command[0], env, cwd)
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{name}.log"
        out = log.with_suffix(".out") if announces else log
        with log.open("ab") as errors, out.open("ab") as printed:
            process = subprocess.Popen(
                [sys.executable, "-I", lifeline.__file__, str(linger), str(grace), "--", *command],
                stdin=subprocess.PIPE,
                stdout=printed,
                stderr=errors,
                env=None if env is None else dict(env),
                cwd=cwd,
                start_new_session=True,
            )
        child = Child(name, process, log, out, grace, keys=self.keys)
        self.children.append(child)
        self.journal.write(Process(name, "started", detail=f"pid {process.pid}"))
        return child

    def note_ends(self) -> list[Child]:
        """Children that ended since the last call; each is journalled once."""
        ended = []
        for child in self.children:
            now = time.monotonic()
            if child.code is None:
                child.alive = now
            elif not child.reported:
                ended.append(child)
                child.reported = True
                words = f"{child.end_in_words()}{child.loss}"
                log = child.last_lines() if child.foreign else []
                self.journal.write(Process(child.name, "exited", child.code, words, child.alive, log))
        return ended

    def _note_stopped(self, child: Child) -> None:
        if not child.reported:
            child.reported = True
            self.journal.write(Process(child.name, "stopped", child.code, child.end_in_words()))

    def stop(self, children: Iterable[Child]) -> None:
        """End these together: ask, wait, and kill what does not listen. Journalled as ``stopped``."""
        self.note_ends()
        members = list(children)
        for child in members:
            child.ask_to_end()
        until = time.monotonic() + max((child.grace for child in members), default=0.0) + _SPARE
        for child in members:
            if not child.wait(max(0.05, until - time.monotonic())):
                child.kill()
            child.let_go()
            self._note_stopped(child)

    def kill(self) -> None:
        """End all children at once, without asking."""
        for child in self.children:
            child.kill()


def require_program(name: str, program: str, env: Mapping[str, str] | None, cwd: Path | None) -> None:
    """Refuse a program that cannot be found, or not be run. Raises HarnessError."""
    where = (cwd or Path.cwd()) / program if os.sep in program else program
    if shutil.which(where, path=(env or os.environ).get("PATH", os.defpath)) is None:
        raise HarnessError(f"cannot start the {name}: there is no program {str(where)!r} that can be run")


def wait_until(look: Callable[[], Any], seconds: float, stop: Callable[[], bool] = lambda: False) -> Any:
    """The first true value of ``look``; None when time is up or ``stop`` says so."""
    deadline = time.monotonic() + seconds
    while True:
        value = look()
        if value or stop() or time.monotonic() > deadline:
            return value or None
        time.sleep(POLL)


def ready_line(child: Child, seconds: float, stop: Callable[[], bool] = lambda: False) -> dict[str, Any]:
    """What one of our own processes prints once it listens. Empty when ``stop`` said so. Raises HarnessError."""

    def look() -> dict[str, Any] | None:
        for line in child.out.read_bytes().splitlines(keepends=True):
            if line.startswith(b"{") and line.endswith(b"\n"):
                announced = json.loads(line)
                if announced.get("ready"):
                    return dict(announced)
        return {} if child.code is None else {"dead": True}

    announced = wait_until(look, seconds, stop) or {}
    if announced.get("dead"):
        raise HarnessError(f"the {child.name} {child.end_in_words()} before it was ready{last_words(child)}")
    if not announced and not stop():
        raise HarnessError(f"the {child.name} was not ready within {in_words(seconds)}{last_words(child)}")
    return dict(announced)


def last_words(child: Child) -> str:
    """The end of its log, to be put behind a message."""
    tail = child.tail()
    return f"; it said:\n{tail}" if tail else f"; it said nothing (log: {child.log})"
