"""``brownout report``: judge a journal again, and write its report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brownout.commands import output
from brownout.config.spelling import hint
from brownout.report import RENDERERS

if TYPE_CHECKING:
    from brownout.result import Result


def _known(format: str | None) -> str | None:
    if format is not None and format not in RENDERERS:
        raise typer.BadParameter(f"unknown format {format!r}{hint(format, RENDERERS)}")
    return format


def report(
    path: Annotated[Path, typer.Argument(help="Folder of a drill, its journal folder, or one journal file.")],
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="|".join(RENDERERS),
            callback=_known,
            help="Only this one, on standard output unless --out is given.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for all reports; with --format the file to write.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The result as JSON on standard output.")] = False,
) -> None:
    """Judge a drill's journal again, and write its reports.

    Works on any drill's folder, also on one that was interrupted or killed. The exit code is the drill's.

    \b
    Examples:
      brownout report reports/chatgpt-2026-02-03-shop-20260301-101500
      brownout report reports/nightly --format markdown
      brownout report reports/nightly --format junit --out junit.xml
    """
    if json and format not in (None, "json"):
        raise typer.BadParameter(f"says another format than --format {format}; keep one of them", param_hint="--json")
    result = judged(path)
    chosen = "json" if json else format
    if chosen is None:
        _write_all(result, path, out)
    elif out is None:
        typer.echo(RENDERERS[chosen].render(result), nl=False)
    else:
        with output.writing(out):
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(RENDERERS[chosen].render(result).encode("utf-8", "replace"))
        output.say(str(out))
    raise typer.Exit(result.exit_code)


def judged(path: Path) -> Result:
    """The result of a journal. Raises InputError where there is none that says anything."""
    from brownout.judging.judge import judge
    from brownout.judging.reading import readable

    with readable(path):
        return judge(path)


def _write_all(result: Result, path: Path, out: Path | None) -> None:
    from brownout.report import terminal, write_all

    home = next(
        (folder for folder in (path, *path.resolve().parents[:2]) if (folder / "journal").is_dir()), path.parent
    )
    folder = out or home
    with output.writing(folder):
        written = write_all(result, folder)
    terminal.summary(result, output.console(), written)
