"""Cases that are kept, a file each: what once fell, and what is worth beginning from. ``make test`` plays them all."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).with_name("corpus")


def files(name: str) -> list[Path]:
    """The files of a target's folder, in the order of their names."""
    return sorted(path for path in (FOLDER / name).glob("*") if path.is_file())


def cases(name: str) -> list[bytes]:
    """What is in these files."""
    return [path.read_bytes() for path in files(name)]


def keep(name: str, suffix: str, case: bytes) -> Path:
    """Write a case that fell, under a name that is its own."""
    path = FOLDER / name / f"fell-{sha256(case).hexdigest()[:8]}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(case)
    return path
