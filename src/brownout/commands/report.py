"""``brownout report``: judge a journal again, and write its report."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brownout.commands import output
from brownout.config.spelling import hint
from brownout.report import EXTRAS, RENDERERS, rendered

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
    chosen = "json" if json else format
    _require_extra(chosen)
    result = judged(path)
    if chosen is None:
        _write_all(result, path, out)
    elif out is None:
        typer.echo(rendered(chosen, result), nl=False)
    else:
        with output.writing(out):
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(rendered(chosen, result))
        output.say(str(out))
    raise typer.Exit(result.exit_code)


def _require_extra(format: str | None) -> None:
    """Raises InputError where a format needs what is not installed. Nothing is imported to find out."""
    if format not in EXTRAS or find_spec(EXTRAS[format]) is not None:
        return
    from brownout.config.yamlfile import InputError, Problem
    from brownout.find_engine import how_to_get

    raise InputError([Problem(f"--format {format}", 0, 0, f"{EXTRAS[format]} is not installed; {how_to_get(format)}")])


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
