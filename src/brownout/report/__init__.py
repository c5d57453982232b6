"""Reports: a finished drill as text for people and machines. One pure renderer a file; this is the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast

from brownout import whole
from brownout.lazy import Lazy, imported

if TYPE_CHECKING:  # the help names the formats, and must not wait for more
    from brownout.result import Result

__all__ = ["EXTRAS", "MESSAGES", "RENDERERS", "STANDARD", "Renderer", "rendered", "write", "write_all"]


class Renderer(NamedTuple):
    """A report format: the name of its file, and the pure function that writes it, as text or as bytes.

    Where the name ends in a slash it is a folder, and what is written are its files by their names.
    """

    file: str
    render: Callable[[Result], str | bytes | Mapping[str, str]]

    @property
    def is_folder(self) -> bool:
        """Whether it is several files, which no standard output can take."""
        return self.file.endswith("/")


Message: TypeAlias = Callable[["Result", str], dict[str, Any]]
RENDERERS: Lazy[Renderer] = Lazy(
    {
        "allure": "allure-results/",
        "html": "report.html",
        "json": "result.json",
        "junit": "junit.xml",
        "markdown": "report.md",
        "openmetrics": "brownout.prom",
        "png": "timeline.png",
        "sarif": "brownout.sarif",
        "svg": "timeline.svg",
    },
    lambda name, file: Renderer(file, imported(f"brownout.report.{name}", "render")),
)
STANDARD: Final = ("html", "json", "junit", "markdown")
"""What every drill writes by itself; the others are made when somebody asks for them."""
MESSAGES: Lazy[Message] = Lazy(
    {"slack-webhook": "slack", "teams-webhook": "teams"},
    lambda _, name: cast(Message, imported(f"brownout.report.{name}", "message")),
)
"""What ``brownout report --to`` posts, by the kind of webhook: a payload of a result and a link."""
EXTRAS: Final = {"png": "PIL"}
"""Formats that need more than brownout brings: the extra has the format's name, and brings this module."""


def rendered(name: str, result: Result) -> bytes:
    """A result in a format that is one file, as that holds it. Raises ValueError for a folder."""
    made = RENDERERS[name].render(result)
    if isinstance(made, Mapping):
        raise ValueError(f"{name} is several files")
    return _encoded(made)


def write(name: str, result: Result, place: Path) -> None:
    """Write one format to a file, or to a folder where it is several files. Raises OSError."""
    made = RENDERERS[name].render(result)
    if not isinstance(made, Mapping):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(_encoded(made))
        return
    place.mkdir(parents=True, exist_ok=True)
    for file, text in made.items():
        whole.write(place / file, _encoded(text))


def _encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "replace")


def write_all(result: Result, folder: Path) -> dict[str, Path]:
    """Write every standard format into a folder, made if missing. Returns format name → file. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {name: folder / RENDERERS[name].file for name in STANDARD}
    for name, path in written.items():
        whole.write(path, rendered(name, result))
    return written
