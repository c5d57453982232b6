"""Reports: a finished drill as text for people and machines. One pure renderer a file; this is the registry."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from brownout.lazy import Lazy, imported

if TYPE_CHECKING:  # the help names the formats, and must not wait for more
    from brownout.result import Result

__all__ = ["RENDERERS", "Renderer", "write_all"]


class Renderer(NamedTuple):
    """A report format: the name of its file, and the pure function that writes its text."""

    file: str
    render: Callable[[Result], str]


RENDERERS: Lazy[Renderer] = Lazy(
    {
        "html": "report.html",
        "json": "result.json",
        "junit": "junit.xml",
        "markdown": "report.md",
    },
    lambda name, file: Renderer(file, imported(f"brownout.report.{name}", "render")),
)


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all: whoever reads it meanwhile sees the old one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(text.encode("utf-8", "replace"))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_all(result: Result, folder: Path) -> dict[str, Path]:
    """Write every format into a folder, made if missing. Returns format name → file. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {name: folder / renderer.file for name, renderer in RENDERERS.items()}
    for name, path in written.items():
        _replace(path, RENDERERS[name].render(result))
    return written
