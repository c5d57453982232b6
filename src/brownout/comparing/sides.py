"""What somebody names as a side of a comparison: one drill, or several that are pooled."""

from __future__ import annotations

from collections.abc import Iterator
from glob import glob, has_magic
from pathlib import Path

from brownout.comparing.likeness import unlike
from brownout.config.yamlfile import InputError, Problem
from brownout.journal import SUFFIX
from brownout.judging.reading import readable
from brownout.judging.weighing import Weighed, weigh


def drills_of(name: str) -> list[Path]:
    """The drills that a name stands for: a drill's folder, one that holds several, or a pattern. Raises InputError."""
    paths = sorted(Path(each) for each in glob(name)) if has_magic(name) and not Path(name).exists() else [Path(name)]
    drills = [drill for path in paths for drill in _in(path)]
    if not drills:
        what = "no drill matches" if has_magic(name) else "no drill here"
        text = f"{what}; give the folder of a drill (as 'brownout run' writes it), or one that holds such folders"
        raise InputError([Problem(name, 0, 0, text)])
    return drills


def _in(path: Path) -> Iterator[Path]:
    if path.is_file() or _is_drill(path):
        yield path
    elif path.is_dir():
        below = (each for pattern in ("*", "*/*") for each in path.glob(pattern) if each.is_dir())
        yield from sorted(each for each in below if any((each / "journal").glob(f"*{SUFFIX}")))


def _is_drill(folder: Path) -> bool:
    return any((folder / "journal").glob(f"*{SUFFIX}")) or any(folder.glob(f"*{SUFFIX}"))


def side(name: str) -> list[Weighed]:
    """The drills of a side, judged anew. Raises InputError where there is none, or one cannot be read."""
    return [weighed(path) for path in drills_of(name)]


def weighed(path: Path) -> Weighed:
    """One drill, judged anew. Raises InputError where it cannot be read."""
    with readable(path):
        return weigh(path)


def require_alike(a: list[Weighed], b: list[Weighed]) -> None:
    """Raises InputError where the drills differ in what decides what users meet, or what is asked for."""
    lines = unlike(a, b)
    if lines:
        problems = [Problem("not alike", 0, 0, line) for line in lines]
        hint = "play both with the same scenario, profile, users and speed, or compare them --anyway"
        raise InputError([*problems, Problem("not alike", 0, 0, hint)])
