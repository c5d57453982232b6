"""The command line: arguments in, one call each, exit codes out (``verdict.ExitCode``)."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from brownout import __version__
from brownout.commands import (
    ca,
    compare,
    demo,
    doctor,
    init,
    lint,
    minimise,
    output,
    proxy,
    replay,
    report,
    run,
    schema,
    selftest,
    show,
    stop,
)
from brownout.commands import list as list_command
from brownout.errors import HarnessError
from brownout.verdict import ExitCode

_USAGE_ERROR = typer.BadParameter.__bases__[0]  # click's, or typer's own copy of it
_NO_COLOR = "--no-color"

app = typer.Typer(
    name="brownout",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"brownout {__version__}")
        raise typer.Exit


@app.callback()
def _globals(
    no_color: Annotated[bool, typer.Option(_NO_COLOR, help="No colours (also: NO_COLOR=1); anywhere.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Replay real AI-platform outages against your own application, and know how it degrades.

    \b
    Examples:
      brownout demo                                         see it work, in two minutes
      brownout init                                         look at the application in this folder, and try it
      brownout list                                         which outages there are
      brownout run chatgpt-2026-02-03 --app brownout.yaml   put yours through one
      brownout proxy chatgpt-2026-02-03                     play one at your desk

    \b
    Exit codes: 0 everything held · 1 something broke · 2 bad input · 3 no verdict ·
    4 brownout itself failed · 130 interrupted
    """
    if no_color:
        os.environ["NO_COLOR"] = "1"


_COMMANDS: tuple[Callable[..., None], ...] = (
    demo.demo,
    init.init,
    run.run,
    proxy.proxy,
    list_command.list_,
    show.show,
    lint.lint,
    schema.schema,
    report.report,
    compare.compare,
    replay.replay,
    minimise.minimise,
    doctor.doctor,
    ca.ca,
    selftest.selftest,
    stop.stop,
)
for _command in _COMMANDS:
    app.command(_command.__name__.rstrip("_"))(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code. Says what went wrong in a message, never in a traceback."""
    try:
        code = typer.main.get_command(app).main(
            args=_with_colours_settled(sys.argv[1:] if arguments is None else arguments),
            prog_name="brownout",
            standalone_mode=False,
        )
        sys.stdout.flush()
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except (BrokenPipeError, SystemExit):  # typer's and rich's way of saying the same
        # Whoever read our output has seen enough; that is no reason to call anything held or broken.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.HARNESS
    except Exception as error:
        return _explain(error)
    return code if isinstance(code, int) else ExitCode.HELD


def _with_colours_settled(arguments: Sequence[str]) -> list[str]:
    """The arguments with ``--no-color`` in front, wherever it stood: it means the same before and behind a command."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    asked = _NO_COLOR in arguments[:end]
    return [_NO_COLOR] * asked + [word for place, word in enumerate(arguments) if place >= end or word != _NO_COLOR]


def _explain(error: Exception) -> int:
    from brownout.config.yamlfile import InputError

    if isinstance(error, typer.Abort):
        return ExitCode.INTERRUPTED
    if isinstance(error, _USAGE_ERROR):
        return _usage(error)
    if isinstance(error, InputError):
        output.complain(str(error))
        return ExitCode.BAD_INPUT
    if isinstance(error, HarnessError):
        output.complain(f"brownout: {error}")
        return ExitCode.HARNESS
    with tempfile.NamedTemporaryFile("w", prefix="brownout-", suffix=".txt", delete=False, encoding="utf-8") as file:
        traceback.print_exception(error, file=file)
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    output.complain(f"brownout failed: {what} (details in {file.name})")
    return ExitCode.HARNESS


def _usage(error: Exception) -> int:
    from pydantic import ValidationError

    context = getattr(error, "ctx", None)
    if isinstance(error, typer.BadParameter) and isinstance(error.__cause__, ValidationError):
        from brownout.config.complaints import of_argument

        error.message = of_argument(error.__cause__)
    text = getattr(error, "format_message", error.__str__)()
    if text.startswith("Usage:"):  # no command at all: the help is the message
        typer.echo(text)
        return ExitCode.BAD_INPUT
    path = context.command_path if context else "brownout"
    output.complain(f"brownout: {text.rstrip('.')}; see: {path} --help")
    return ExitCode.BAD_INPUT
