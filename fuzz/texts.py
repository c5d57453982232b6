"""Texts that users write, scenarios and app profiles: each is right, or told to be wrong in lines with their places."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import patch

import typer
import yaml
from hypothesis.strategies import SearchStrategy

from brownout.cli import main
from brownout.config.yamlfile import parse
from brownout.resources import EXAMPLES, SCENARIOS
from brownout.verdict import ExitCode
from fuzz.mutations import documents, mutated
from fuzz.target import Fell, Target, in_time

_TOKENS = (
    b"\0", b"\t", b"\r", b"\xef\xbb\xbf", b"\xff\xfe", b": ", b"- ", b"? ", b"{", b"}", b"[", b"]", b"&a ", b"*a",
    b"<<: *a", b"!!binary ", b"!x ", b"|\n", b">-\n", b"'", b'"', b"#", b"%YAML 9.9\n", b"---\n", b"...\n",
    b"\xe2\x80\xa8", b"[" * 3000, b"- " * 3000, b"null", b"~", b".nan", b"0x1F", b"1_0", b"2001-01-01", b"12:30:45",
    b"=", b"{{ ", b" }}",
)  # fmt: skip
_LINES = 60
_WIDE = 5000


_command = cache(typer.main.get_command)  # a process that runs one command makes it once as well


def said_by(*words: str) -> tuple[int, str, str]:
    """The exit code of a command of ours, what it said, and what it said of its troubles. Raises Fell."""
    out, err = io.StringIO(), io.StringIO()
    with patch("typer.main.get_command", _command), in_time(), redirect_stdout(out), redirect_stderr(err):
        code = main(list(words))
    if code == ExitCode.INTERRUPTED:  # Ctrl-C is meant for whoever throws
        raise KeyboardInterrupt
    both = out.getvalue() + err.getvalue()
    if "brownout failed" in both or "Traceback" in both:
        raise Fell(f"a failure of its own: {err.getvalue().strip()[:300]}")
    return code, out.getvalue(), err.getvalue()


class _Texts(Target):
    suffix: ClassVar[str] = ".yaml"
    files: ClassVar[tuple[Path, ...]]

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.path = folder / f"{type(self).__name__.lower()}.yaml"

    def cases(self, corpus: list[bytes]) -> SearchStrategy[bytes]:
        seeds = [*(path.read_bytes() for path in self.files), *corpus]
        values = [parse(path).value for path in self.files]  # to PyYAML the key on is a boolean
        return documents(values).map(_dumped) | mutated(seeds, _TOKENS)

    def check(self, case: bytes) -> None:
        self.path.write_bytes(case)
        code, out, err = said_by("lint", str(self.path))
        _sane(code, (out + err).splitlines(), str(self.path))
        again, findings, _ = said_by("lint", "--json", str(self.path))
        errors = [one for one in json.loads(findings)["findings"] if one["severity"] == "error"]
        if (again, bool(errors)) != (code, code == 2):
            raise Fell(f"another code as JSON: {again}, {len(errors)} errors, and {code} as text")


def _sane(code: int, lines: list[str], path: str) -> None:
    if code not in (0, 2):
        raise Fell(f"exit code {code} of lint")
    if len(lines) > _LINES or any(len(line) > _WIDE for line in lines):
        raise Fell(f"too much is said: {len(lines)} lines, {max(map(len, lines))} characters")
    place = re.compile(rf"{re.escape(path)}(:\d+:\d+)?: (error|warning|note): \S")
    odd = [line for line in lines[:-1] if place.match(line) is None]
    if odd or not lines:
        raise Fell(f"a line without its place: {odd[:1]}")


def _dumped(value: Any) -> bytes:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True).encode("utf-8", "surrogatepass")


class Scenarios(_Texts):
    """A scenario, read and looked at by ``brownout lint``."""

    name, kind = "scenario", "scenario texts"
    files = tuple(sorted(SCENARIOS.glob("*.yaml")))


class Profiles(_Texts):
    """An app profile, whose templates, expressions and patterns are tried by ``brownout lint``."""

    name, kind = "profile", "profile texts"
    files = tuple(sorted(EXAMPLES.glob("*/brownout.yaml")))
