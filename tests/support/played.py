"""Drills that are played once, and then asked by as many tests as like to.

A drill is known by what it was asked to play: the command, the files beside it, and the sources of all that takes part
in it. In one run of the tests each is played once. While a developer works, what came of it is also kept, in
``.pytest_cache/drills``, so that the next run on unchanged sources plays nothing again; the first change of any source
makes all of it void. Only a drill that ended with a code that its test wants is kept. Where ``CI`` is set nothing is
kept, nor where ``BROWNOUT_FRESH`` is: then every drill is played anew.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from support.budget import sharing
from support.drills import Desk, a_desk, rows_of
from support.pages import ROOT

KEPT = ROOT / ".pytest_cache" / "drills"
HEAVY = ("tests/heavy/apps", "tests/node/express_chat.mjs", "tests/node/package-lock.json", "constraints/heavy.txt")
SOURCES = ("src", "scenarios", "examples", "proxy_addons", "loadtests", "tests/support", "pyproject.toml", *HEAVY)
"""Where all that takes part in a drill comes from."""
LEFT = ("__pycache__", ".sqlite")
"""What work leaves behind is no source."""
CODE = "code"


@dataclass(frozen=True)
class Played:
    """A drill that is over."""

    folder: Path
    """With journal, orders and reports, as ``--out`` has it; read only."""
    code: int
    said: str

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """The journal's rows of a kind."""
        return rows_of(self.folder, kind)

    def result(self) -> dict[str, Any]:
        """What the drill wrote for machines."""
        value: dict[str, Any] = json.loads((self.folder / "result.json").read_text())
        return value

    def statuses(self) -> dict[str, str]:
        """HELD, BROKEN or UNKNOWN, by the id of the verdict."""
        return {verdict["id"]: verdict["status"] for verdict in self.result()["verdicts"]}


def played(*command: str, files: Mapping[str, object] | None = None, codes: Collection[int] = (0,)) -> Played:
    """The drill of ``brownout run``, with these files in the folder it starts in: texts as they are, the rest as YAML.

    Raises AssertionError where it ends with another code, or leaves a process behind.
    """
    asked = json.dumps([command, files or {}])
    name = sha256(asked.encode()).hexdigest()[:16]
    with sharing(f"the drill of {command[0]}"):
        found = _once(name, asked)
    assert found.code in codes, found.said
    if _keeping() and not (kept := KEPT / sources() / name).exists():
        for old in _others(KEPT, sources()):
            shutil.rmtree(old, ignore_errors=True)
        shutil.copytree(found.folder.parent, kept)
    return found


@cache
def _once(name: str, asked: str) -> Played:
    """Play it here, or take what is kept of it. Tests read a copy of their own, which nobody else makes void."""
    place = _place() / name
    kept = KEPT / sources() / name
    if _keeping() and kept.is_dir():
        shutil.copytree(kept, place)
    else:
        _play(place, *json.loads(asked))
    code, said = json.loads((place / CODE).read_text())
    return Played(place / "out", code, said)


def _play(place: Path, command: list[str], files: dict[str, object]) -> None:
    place.mkdir()
    with a_desk(place) as desk:
        for name, value in files.items():
            _write(desk, name, value)
        done = desk.brownout("run", *command, "--out", "out", timeout=110)
        survivors = desk.survivors()
    assert survivors == []
    (place / CODE).write_text(json.dumps([done.returncode, done.stdout + done.stderr]))


def _write(desk: Desk, name: str, value: object) -> None:
    (desk.folder / name).parent.mkdir(parents=True, exist_ok=True)
    if isinstance(value, str):
        (desk.folder / name).write_text(value, encoding="utf-8")
    else:
        desk.write(name, value)


@cache
def _place() -> Path:
    """Where drills of this process go; the system's own folder for such, gone at the end."""
    own = tempfile.TemporaryDirectory(prefix="brownout-drills-")
    _folders.append(own)
    return Path(own.name)


_folders: list[tempfile.TemporaryDirectory[str]] = []


def _keeping() -> bool:
    return not {"CI", "BROWNOUT_FRESH"} & {name for name, value in os.environ.items() if value}


def _others(folder: Path, name: str) -> Iterator[Path]:
    return (path for path in folder.glob("*") if path.name != name)


@cache
def sources() -> str:
    """A digest of every source, of this Python, and of the libraries it has."""
    digest = sha256(sys.version.encode())
    for library in sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info")):
        digest.update(library.encode())
    for path in sorted(path for source in SOURCES for path in (ROOT / source, *(ROOT / source).rglob("*"))):
        if path.is_file() and not any(left in str(path) for left in LEFT):
            digest.update(f"{path.relative_to(ROOT)}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]
