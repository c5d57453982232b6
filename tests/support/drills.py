"""Drills as a user runs them: a folder with an application, the real command, and a look at what is left behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import yaml

from brownout.journal import SUFFIX, parse
from support.proxies import wait_until
from support.turns import assert_turn

MARK = "BROWNOUT_TEST_MARK"
TESTS = Path(__file__).parents[1]
SMALL_APP = Path(__file__).with_name("small_app.py")
LOOSELY = {"confidence": "50%", "margin": "50%"}
"""How sure a verdict is that rests on a handful of questions: what a short drill shows is another thing."""
PROFILE: dict[str, Any] = {
    "name": "small",
    "start": {"command": ["{python}", str(SMALL_APP), "{port}"]},
    "journeys": {
        "ask": {
            "patience": "5s",
            "steps": [{"name": "ask", "post": "/ask", "json": {"text": "{{ message }}"}, "reply": {"json": "reply"}}],
        }
    },
    "load": {"users": 3, "arrive": 50, "pause": "50ms"},
    "expect": [{"check": "success", "at_least": "90%", "min_samples": 3, **LOOSELY}],
    "settle": "100ms",
}


def starts(app: str, **env: str) -> dict[str, Any]:
    """``start`` of a profile for an application of ``tests/support``: as a module, since some import others there."""
    return {"command": ["{python}", "-m", f"support.{app}", "{port}"], "env": {"PYTHONPATH": str(TESTS), **env}}


def scenario(*rules: dict[str, Any], lasts: str = "3s", name: str = "short") -> dict[str, Any]:
    """A scenario of one outage with these rules, in real time; without rules nothing fails."""
    impact = "major_outage" if rules else "operational"
    timeline = [{"phase": "only", "lasts": lasts, "impact": impact, "rules": list(rules)}]
    source = {"url": "https://status.example.com/1", "fact": "made up for a test"}
    return {"brownout": 1, "name": name, "title": "A test", "sources": [source], "timeline": timeline}


def rows_of(drill: Path, kind: str) -> list[dict[str, Any]]:
    """The rows of a kind in the journal of a drill's folder."""
    paths = sorted((drill / "journal").glob(f"*{SUFFIX}"))
    found = (parse(line) for path in paths for line in path.read_bytes().splitlines())
    return [row for row in found if row is not None and row["kind"] == kind]


@dataclass
class Desk:
    """A user's folder, and the commands run in it."""

    folder: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    env: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def out(self) -> Path:
        """Where drills go."""
        return self.folder / "out"

    def write(self, name: str, value: object) -> str:
        """A YAML file in the folder; returns its name."""
        (self.folder / name).write_text(yaml.safe_dump(value, sort_keys=False))
        return name

    def environment(self) -> dict[str, str]:
        """What commands find; every process they start inherits the mark."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BROWNOUT_")}
        # What a command that is killed leaves in the temporary folder goes with the test's own.
        return {**kept, "NO_COLOR": "1", "TMPDIR": str(self.folder), MARK: self.mark, **self.env}

    def start(self, *arguments: str, **more: Any) -> subprocess.Popen[str]:
        """Start a command."""
        assert_turn(arguments)
        command = subprocess.Popen(
            [sys.executable, "-m", "brownout", *arguments],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **more,
        )
        self.started.append(command)
        return command

    def brownout(self, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        process = self.start(*arguments)
        try:
            out, said = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            process.wait()
            raise
        return subprocess.CompletedProcess(arguments, process.returncode, out, said)

    def survivors(self) -> list[str]:
        """Processes that any command of this desk started and that still run."""
        return [" ".join(process.cmdline()) for process in self.family()]

    def family(self, word: str = "") -> list[psutil.Process]:
        """Running processes of this desk, with this word in their command line."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == self.mark and process.status() != psutil.STATUS_ZOMBIE:
                    found += [process] if word in " ".join(process.cmdline()) else []
            except psutil.Error:
                continue
        return found

    def wait_until_alone(self, seconds: float = 30.0) -> None:
        """Wait until no process of this desk runs."""
        wait_until(lambda: not self.family(), seconds)

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """The journal's rows of a kind."""
        return rows_of(self.out, kind)

    def wait_for(self, kind: str, count: int = 1, seconds: float = 40.0) -> list[dict[str, Any]]:
        """Poll until the journal has so many rows of a kind; fails when no command runs any more."""

        def look() -> list[dict[str, Any]] | None:
            running = any(command.poll() is None for command in self.started)
            rows = self.rows(kind)
            assert running or len(rows) >= count, "the command ended before it came to this"
            return rows if len(rows) >= count else None

        return wait_until(look, seconds)

    def result(self) -> dict[str, Any]:
        """What the drill wrote for machines."""
        value: dict[str, Any] = json.loads((self.out / "result.json").read_text())
        return value


@contextmanager
def a_desk(folder: Path, **profile: Any) -> Iterator[Desk]:
    """A folder with ``brownout.yaml`` for the small application. Whatever is left at the end is ended."""
    desk = Desk(folder)
    desk.write("brownout.yaml", {**PROFILE, **profile})
    desk.write("short.yaml", scenario())
    try:
        yield desk
    finally:
        for process in desk.family():
            process.kill()
        for command in desk.started:
            command.wait()
            for pipe in (command.stdout, command.stderr):
                if pipe is not None:
                    pipe.close()
        shutil.rmtree(folder / "reports", ignore_errors=True)
