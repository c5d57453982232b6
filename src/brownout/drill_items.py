"""A scenario file as pytest sees it: one drill, and one test item for each expectation of the app profile."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from brownout.engine import command
from brownout.errors import HarnessError
from brownout.library import load_profile, load_scenario
from brownout.report import result_from_dict
from brownout.result import Result
from brownout.verdict import ExitCode, Status, Verdict
from brownout.yamlfile import InputError

ALWAYS = "injection_proof"
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
        ]
        return "\n".join(line for line in lines if line)


class DrillFailed(Exception):
    """The drill itself did not come to a result."""


class ScenarioFile(pytest.File):
    """One scenario; the drill runs when its first item does."""

    _result: Result | None = None
    _problem: str | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """An item for the proof of injection, and one for each expectation."""
        try:
            load_scenario(self.path)
            profile = load_profile(Path(self.config.getoption("--brownout-app")))
        except InputError as error:
            raise self.CollectError(str(error)) from None
        for name in (ALWAYS, *(expectation.id for expectation in profile.expect)):
            yield DrillItem.from_parent(self, name=name)

    @property
    def out(self) -> Path:
        """Where this drill's reports go."""
        base = self.config.getoption("--brownout-out")
        if base:
            return Path(base) / self.path.stem
        kept: Path = self.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        return kept / f"brownout-{self.path.stem}"

    def result(self) -> Result:
        """The drill's result. Raises DrillFailed, each time it is asked after a failure."""
        if self._result is None and self._problem is None:
            self._run()
        if self._problem is not None:
            raise DrillFailed(self._problem)
        assert self._result is not None
        return self._result

    def _run(self) -> None:
        option = self.config.getoption
        try:
            arguments = [*command(), "run", str(self.path), "--app", str(option("--brownout-app"))]
        except HarnessError as error:
            self._problem = str(error)
            return
        arguments += ["--out", str(self.out), "--quiet"]
        for name in ("speed", "users"):
            value = option(f"--brownout-{name}")
            arguments += [f"--{name}", str(value)] if value else []
        ended = subprocess.run(arguments, capture_output=True, text=True, check=False)
        written = self.out / "result.json"
        if ended.returncode in (ExitCode.BAD_INPUT, ExitCode.HARNESS) or not written.is_file():
            self._problem = (ended.stderr or ended.stdout).strip() or f"brownout exited with {ended.returncode}"
            return
        self._result = result_from_dict(json.loads(written.read_text("utf-8")))


class DrillItem(pytest.Item):
    """One expectation."""

    parent: ScenarioFile

    def runtest(self) -> None:
        """Pass when it held. Raises Finding or DrillFailed."""
        result = self.parent.result()
        # The proof of injection has its own id, whatever the checker calls itself.
        verdict = next((each for each in result.verdicts if self.name in (each.id, each.check)), None)
        if verdict is None:
            raise DrillFailed(f"no verdict on {self.name!r} in {self.parent.out}")
        self.user_properties.append(("brownout_status", str(verdict.status)))
        if verdict.status is not Status.HELD:
            raise Finding(verdict, result, self.parent.out / "report.html")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """The finding, instead of our own stack."""
        if isinstance(excinfo.value, Finding | DrillFailed):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it stands, and its name in reports."""
        return self.path, None, f"{self.path.stem}: {self.name}"
