"""``brownout report``: judge a journal again, and write its report."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brownout.commands import output
from brownout.config.spelling import hint
from brownout.report import EXTRAS, MESSAGES, RENDERERS, rendered, write

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
        Path | None,
        typer.Option("--out", "-o", help="Folder for all reports; with --format what to write."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The result as JSON on standard output.")] = False,
    to: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--to", metavar=f"{'|'.join(MESSAGES)} URL", help="Post a message instead; env:NAME for a variable's URL."
        ),
    ] = None,
    link: Annotated[str, typer.Option("--link", help="With --to: where the report is, for people.")] = "",
) -> None:
    """Judge a drill's journal again, and write its reports.

    Works on any drill's folder, also on one that was interrupted or killed. The exit code is the drill's.

    \b
    Examples:
      brownout report reports/chatgpt-2026-02-03-shop-20260301-101500
      brownout report reports/nightly --format markdown
      brownout report reports/nightly --format junit --out junit.xml
      brownout report reports/nightly --to slack-webhook env:SLACK_WEBHOOK_URL
    """
    if json and format not in (None, "json"):
        raise typer.BadParameter(f"says another format than --format {format}; keep one of them", param_hint="--json")
    chosen = "json" if json else format
    if to is not None:
        raise typer.Exit(_posted(path, to, link, others=(chosen, out)))
    if link:
        raise typer.BadParameter("goes with --to alone", param_hint="--link")
    _require_extra(chosen)
    _require_place(chosen, out)
    result = judged(path)
    if chosen is None:
        _write_all(result, path, out)
    elif out is None:
        _print(chosen, result)
    else:
        with output.writing(out):
            write(chosen, result, out)
        output.say(str(out))
    raise typer.Exit(result.exit_code)


def _posted(path: Path, to: tuple[str, str], link: str, others: tuple[object, ...]) -> int:
    """A message instead of reports. Returns the exit code."""
    from brownout.commands import posting

    if any(each is not None for each in others):
        raise typer.BadParameter("posts a message and writes no report; give no --format or --out", param_hint="--to")
    target = posting.webhook(*to)
    if link:
        posting.require_link(link)
    return posting.send(judged(path), target, link)


def _print(format: str, result: Result) -> None:
    content = rendered(format, result)
    if sys.stdout.isatty() and b"\0" in content:
        raise typer.BadParameter(f"{format} is no text for a terminal; give a file with --out", param_hint="--format")
    typer.echo(content, nl=False)


def _require_extra(format: str | None) -> None:
    """Raises InputError where a format needs what is not installed. Nothing is imported to find out."""
    if format not in EXTRAS or find_spec(EXTRAS[format]) is not None:
        return
    from brownout.config.yamlfile import InputError, Problem
    from brownout.find_engine import how_to_get

    raise InputError([Problem(f"--format {format}", 0, 0, f"{EXTRAS[format]} is not installed; {how_to_get(format)}")])


def _require_place(format: str | None, out: Path | None) -> None:
    """Raises BadParameter where a format is several files, and nobody said where to."""
    if format is not None and out is None and RENDERERS[format].is_folder:
        raise typer.BadParameter(f"{format} is a folder of files; say where with --out", param_hint="--format")


def judged(path: Path) -> Result:
    """The result of a journal, and of the longer drill beside it. Raises InputError where none says anything."""
    from brownout.judging.both import judge_all
    from brownout.judging.reading import readable

    with readable(path):
        return judge_all(path)


def _write_all(result: Result, path: Path, out: Path | None) -> None:
    from brownout.report import terminal, write_all

    home = next(
        (folder for folder in (path, *path.resolve().parents[:2]) if (folder / "journal").is_dir()), path.parent
    )
    folder = out or home
    with output.writing(folder):
        written = write_all(result, folder)
    terminal.summary(result, output.console(), written)
