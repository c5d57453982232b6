"""A real proxy before a platform that sends what it is told to, and the look at both after each case."""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import psutil
from support.proxies import wait_until
from support.stages import Played, Stage, fetch, running_stage
from support.upstreams import chunk

from brownout.journal import files, parse
from brownout.judging.rows import flaw_of
from fuzz.target import Fell

_WATCH = Path(__file__).with_name("watch")
_GOOD: Final = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    + chunk(b"data: 1\n\n")
    + b"0\r\n\r\n"
)
_IDLE: Final = 8.0
"""Seconds in which nothing may be left of a case."""
_MORE: Final = 500
"""MB that a case may make the proxy larger."""


class Lab:
    """A stage that is begun when it is needed, and anew after something fell."""

    def __init__(self, folder: Path, *rules: dict[str, Any]) -> None:
        self._folder, self._rules = folder, rules
        self._numbers = itertools.count()
        self._stage: Stage | None = None
        self._open = ExitStack()

    @property
    def stage(self) -> Stage:
        """The running one."""
        if self._stage is None:
            folder = self._folder / str(next(self._numbers))
            folder.mkdir()
            self._beyond = folder / "beyond"
            watched = {"PYTHONPATH": str(_WATCH), "BROWNOUT_FUZZ_WATCH": str(self._beyond)}
            with patch.dict(os.environ, watched):
                orders: dict[str, Any] = {"tunnel": (), "hang_cap": 2.0, "confdir": self._folder / "conf"}
                self._stage = self._open.enter_context(running_stage(folder, *self._rules, **orders))
            self._read: dict[Path, int] = {}
            self._size = self._memory()
        return self._stage

    def close(self) -> None:
        """End what runs."""
        self._stage = None
        self._open.close()

    def well(self) -> None:
        """Look whether all is well after a case; where it is not, this stage ends. Raises Fell."""
        with self.ending():
            self.look()

    @contextmanager
    def ending(self) -> Iterator[None]:
        """End the stage where what is done meanwhile fails, so that no other case meets what is left of this one."""
        try:
            yield
        except Exception:
            self.close()
            raise

    def look(self) -> None:
        """Look at all that has to hold, one after the other. Raises Fell."""
        stage = self.stage
        if stage.proxy.process.poll() is not None:
            raise Fell(f"the proxy ended: {stage.log.read_text()[-500:]}")
        try:
            answer = fetch(stage, None, Played([_GOOD]), _GOOD)
        except OSError as error:
            raise Fell(f"the next good request is not answered: {error}") from None
        if answer != _GOOD:
            raise Fell(f"the next good request has another answer: {answer[:200]!r}")
        with suppress(AssertionError):
            wait_until(stage.idle, _IDLE)
        if not stage.idle():
            raise Fell(f"something is left: {stage.proxy.control(op='stats')}"[:300])
        if complaint := stage.complaints():
            raise Fell(f"the proxy complains: {complaint.strip().splitlines()[-1]}\n{complaint[-3000:]}")
        if self._memory() > self._size + _MORE:
            raise Fell(f"the proxy has {self._memory()} MB, and began with {self._size}")
        if self._beyond.exists():
            raise Fell(f"beyond loopback: {self._beyond.read_text()[:200]}")
        self._look_at_rows(stage)

    def _memory(self) -> int:
        assert self._stage is not None
        return int(psutil.Process(self._stage.proxy.process.pid).memory_info().rss // 1_000_000)

    def _look_at_rows(self, stage: Stage) -> None:
        for path in files(stage.proxy.journal):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                whole, end, _ = file.read().rpartition(b"\n")
            self._read[path] = self._read.get(path, 0) + len(whole + end)
            for line in whole.splitlines():
                row = parse(line)
                flaw = "no row of JSON" if row is None else flaw_of(row)
                if flaw is not None:
                    raise Fell(f"a row cannot be read: {flaw}: {line[:500]!r}")


def hear(connection: socket.socket, seconds: float) -> bytes:
    """What comes until the end, or until nothing more has come for so long."""
    connection.settimeout(seconds)
    raw = b""
    with suppress(OSError):
        while data := connection.recv(65536):
            raw += data
    return raw
