"""``brownout compare``: is it better, worse, or does nothing tell the drills apart?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brownout.commands import output
from brownout.verdict import ExitCode

if TYPE_CHECKING:  # the help must not wait for these
    from brownout.comparison import Comparison


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="What was: a folder of a drill or of several, or a pattern.")],
    b: Annotated[str, typer.Argument(metavar="B", help="What is now: the same.")],
    confidence: Annotated[str, typer.Option(help="How sure a difference has to be, over all figures.")] = "95%",
    anyway: Annotated[bool, typer.Option("--anyway", help="Compare drills that are not alike, and say so.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The comparison as JSON on standard output.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The table in Markdown, for a pull request.")] = False,
) -> None:
    """Compare drills: better, worse, or not told apart by what they show.

    Each side is a drill's folder, a folder that holds several, or a pattern in quotes; several drills of a side are
    pooled. Exit code 1 where B is worse, else 0; 2 where the drills are not alike.

    \b
    Examples:
      brownout compare reports/main reports/branch
      brownout compare 'reports/main-*' 'reports/branch-*' --markdown > comment.md
      brownout compare reports/nightly reports/today --confidence 99% --json
    """
    from brownout.comparing.compare import compare as compared
    from brownout.comparing.sides import require_alike, side

    if json and markdown:
        raise typer.BadParameter("says another format than --json; keep one of them", param_hint="--markdown")
    sure = confidence_of(confidence)
    of_a, of_b = side(a), side(b)
    if not anyway:
        require_alike(of_a, of_b)
    result = compared(of_a, of_b, sure)
    _say(result, json=json, markdown=markdown)
    raise typer.Exit(code_of(result))


def confidence_of(text: str) -> float:
    """``95%`` as a share. Raises BadParameter beyond 50% to 99.9%."""
    from brownout.config.units import fraction

    try:
        value = float(fraction(text))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--confidence") from None
    if not 0.5 <= value <= 0.999:
        raise typer.BadParameter(f"{text} is out of range; allowed: 50% to 99.9%", param_hint="--confidence")
    return value


def code_of(comparison: Comparison) -> int:
    """1 where B is worse, else 0."""
    return ExitCode.BROKEN if comparison.word == "worse" else ExitCode.HELD


def as_json(comparison: Comparison) -> dict[str, Any]:
    """A comparison as machines read it, with its exit code."""
    from brownout.published import form

    return {**form("comparison"), "exit_code": code_of(comparison), **asdict(comparison)}


def _say(comparison: Comparison, *, json: bool, markdown: bool) -> None:
    from brownout.report import compared

    if json:
        output.emit(as_json(comparison))
    elif markdown:
        typer.echo(compared.markdown(comparison), nl=False)
    else:
        compared.print_table(comparison, output.console())
