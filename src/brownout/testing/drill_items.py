"""A scenario file as pytest sees it: one drill, and one test item for each expectation of the app profile."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from brownout.config.yamlfile import InputError
from brownout.drill import lifeline
from brownout.errors import HarnessError
from brownout.find_engine import command
from brownout.library.library import load_profile, load_scenario
from brownout.report.json import result_from_dict
from brownout.report.words import printable
from brownout.result import Result
from brownout.testing.drill_sharing import INTERRUPTED, Outcome, once
from brownout.verdict import WHOLE, ExitCode, Status, Verdict

ALWAYS = "injection_proof"
RESULT = "result.json"
LINGER, GRACE = 0.1, 30.0
"""Seconds until a drill whose pytest is gone is told to end, and seconds in which it can still write its report."""
_EVIDENCE = 3


class Finding(Exception):
    """An expectation that did not hold, with the whole drill for its context."""

    def __init__(self, verdict: Verdict, result: Result, report: Path) -> None:
        super().__init__(verdict.finding)
        self.verdict, self.result, self.report = verdict, result, report

    def __str__(self) -> str:
        verdict = self.verdict
        rows = [f"  evidence   {each.text}" for each in verdict.evidence[:_EVIDENCE]]
        lines = [
            f"{verdict.status} {verdict.id}: {verdict.finding}",
            f"  expected   {verdict.objective}",
            f"  measured   {verdict.measured}",
            *rows,
            f"  next step  {verdict.next_step}" if verdict.next_step else "",
            f"  report     {self.report}",
            f"  reproduce  {self.result.command}",
            f"  just this  {verdict.again}" if verdict.again else "",
        ]
        return printable("\n".join(line for line in lines if line))


class DrillFailed(Exception):
    """The drill itself did not come to a result."""


class ScenarioFile(pytest.File):
    """One scenario; the drill runs when its first item does, once for all of them."""

    _outcome: Outcome | None = None
    _result: Result | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """An item for the proof of injection, and one for each expectation. Raises CollectError for a bad file."""
        try:
            profile = load_profile(self.config.getoption("--brownout-app"))
            load_scenario(_short(self.path, Path.cwd()), profile.platforms)
        except InputError as error:
            raise self.CollectError(str(error)) from None
        for name in (ALWAYS, *(expectation.id for expectation in profile.expect)):
            item: pytest.Item = DrillItem.from_parent(self, name=name)
            self._mark(item)
            yield item

    def _mark(self, item: pytest.Item) -> None:
        """Markers of other plugins exist only where those are installed."""
        has = self.config.pluginmanager.hasplugin
        if has("xdist"):  # with --dist loadgroup no other worker has to wait for this drill
            item.add_marker(pytest.mark.xdist_group(name=self.nodeid))
        if has("timeout"):  # a drill takes as long as its timeline; it knows by itself when something is stuck
            item.add_marker(pytest.mark.timeout(0))

    @property
    def out(self) -> Path:
        """The folder of the drill's journal and reports, once it has run."""
        return Path(self._outcome.out) if self._outcome else Path()

    def result(self) -> Result:
        """The drill's result. Raises DrillFailed, each time it is asked after a failure."""
        if self._outcome is None:
            self._outcome = INTERRUPTED  # for the items that come after, should it be
            self._outcome = once(self.config, self.nodeid, self._run)
        if self._outcome.problem is not None:
            raise DrillFailed(self._outcome.problem)
        if self._result is None:
            written = Path(self._outcome.out) / RESULT
            self._result = result_from_dict(json.loads(written.read_text("utf-8")))
        return self._result

    def verdicts(self, name: str) -> list[Verdict]:
        """What the item of this name answers for: its own verdict.

        Those on the drill as a whole have no item of their own: the proof of injection has them too.
        """
        verdicts = self.result().verdicts
        if name != ALWAYS:
            return [verdict for verdict in verdicts if verdict.id == name]
        return [verdict for verdict in verdicts if verdict.check in WHOLE]

    def _run(self) -> Outcome:
        here, option = self.config.invocation_params.dir, self.config.getoption
        given = {name: option(f"--brownout-{name}") for name in ("speed", "users")}
        changed = [part for name, value in given.items() if value is not None for part in (f"--{name}", str(value))]
        try:
            engine, out = command(), self._new_out()
        except HarnessError as error:
            return Outcome("", str(error))
        except OSError as error:
            why = f"a drill cannot be written there: {error.strerror}; choose another folder with --brownout-out"
            return Outcome("", f"{error.filename}: {why}")
        profile = ["--app", str(option("--brownout-app"))]
        code, words = _run_to_its_end(
            [*engine, "run", _short(self.path, here), *profile, "--out", str(out), "--quiet", *changed], here
        )
        if code in (ExitCode.BAD_INPUT, ExitCode.HARNESS) or not (out / RESULT).is_file():
            return Outcome(str(out), words or f"brownout ended with exit code {code} (its folder: {out})")
        return Outcome(str(out), None)

    def _new_out(self) -> Path:
        base = self.config.getoption("--brownout-out")
        if base:
            return _new_folder(self.config.invocation_params.dir / base, self.path.stem)
        folders: Any = getattr(self.config, "_tmp_path_factory", None)
        if folders is not None:
            return Path(folders.mktemp(f"brownout-{self.path.stem}"))
        return Path(tempfile.mkdtemp(prefix=f"brownout-{self.path.stem}-"))


class DrillItem(pytest.Item):
    """One expectation."""

    parent: ScenarioFile

    def runtest(self) -> None:
        """Pass when it held. Raises Finding or DrillFailed."""
        verdicts = self.parent.verdicts(self.name)
        if not verdicts:
            raise DrillFailed(f"no verdict on {self.name!r} in {self.parent.out}")
        worst = max(verdicts, key=lambda verdict: verdict.status.rank)
        self.user_properties.append(("brownout_status", str(worst.status)))
        if worst.status is Status.SKIPPED:
            pytest.skip(worst.finding)
        if worst.status is not Status.HELD:
            raise Finding(worst, self.parent.result(), self.parent.out / "report.html")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """The finding, instead of our own stack."""
        if isinstance(excinfo.value, Finding | DrillFailed):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it stands, and its name in reports."""
        return self.path, None, f"{self.path.stem}: {self.name}"


def _short(path: Path, here: Path) -> str:
    """The path as one would type it in this folder."""
    relative = os.path.relpath(path, here)
    return str(path) if relative.startswith(os.pardir) else relative


def _new_folder(base: Path, stem: str) -> Path:
    """A folder of this name that no earlier drill has. Raises OSError."""
    for name in itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2))):
        try:
            (base / name).mkdir(parents=True)
        except FileExistsError:
            continue
        return base / name
    raise AssertionError("there is always a next number")


def _run_to_its_end(arguments: list[str], cwd: Path) -> tuple[int, str]:
    """Its exit code, and what it complained of. A Ctrl-C, and our own death, end it in order."""
    guarded = [sys.executable, "-P", lifeline.__file__, str(LINGER), str(GRACE), "--", *arguments]
    with tempfile.TemporaryFile() as errors:
        # In a session of its own, or it would get a Ctrl-C twice: a second one means to leave everything as it is.
        process = subprocess.Popen(
            guarded, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True
        )
        try:
            code = process.wait()
        finally:
            process.communicate()  # closes its stdin, which ends it, and waits
        errors.seek(0)
        return code, errors.read().decode("utf-8", "replace").strip()
