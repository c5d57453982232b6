"""Running drills from the command line: what is shown meanwhile, and what is said at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brownout.commands import output
from brownout.verdict import ExitCode

if TYPE_CHECKING:
    from brownout.drill.progress import Watcher
    from brownout.drill.setting import Options
    from brownout.profile import Profile
    from brownout.result import Result
    from brownout.scenario import Scenario

# The worst of several drills: interrupted, then the harness, bad input, broken, no verdict.
PRECEDENCE = (
    ExitCode.INTERRUPTED,
    ExitCode.HARNESS,
    ExitCode.BAD_INPUT,
    ExitCode.BROKEN,
    ExitCode.UNKNOWN,
    ExitCode.HELD,
)


def worst(codes: Iterable[int]) -> int:
    """The exit code that stands for all of them."""
    return min(codes, key=PRECEDENCE.index, default=ExitCode.HELD)


@contextmanager
def watcher(*, quiet: bool, json: bool) -> Iterator[Watcher]:
    """A live display on a terminal, plain lines elsewhere; on standard error where JSON goes to standard output."""
    from brownout.drill.progress import Display, Lines, Silent

    console = output.console(error=json)
    if quiet:
        yield Silent()
    elif console.is_terminal:
        with Display(console) as display:
            yield display
    else:
        yield Lines(console)


def drill(scenario: Scenario, profile: Profile, options: Options, *, quiet: bool, json: bool) -> Result:
    """Run one drill, and show how it goes as ``watcher`` says."""
    from brownout.drill.drill import run_drill

    with watcher(quiet=quiet, json=json) as watching:
        result = run_drill(scenario, profile, options, watching)
    if result.outcome == "failed":
        output.complain(f"brownout: {result.why}")
    return result


def reports_of(result: Result) -> dict[str, Path]:
    """The files of a drill's reports."""
    from brownout.report import RENDERERS, STANDARD

    folder = Path(result.journal)
    return {name: folder / RENDERERS[name].file for name in STANDARD}


def rewritten(result: Result) -> Result:
    """The same result, once its reports say what it says."""
    from brownout.report import write_all

    with output.writing(Path(result.journal)):
        write_all(result, Path(result.journal))
    return result


def is_void(result: Result) -> bool:
    """Whether it failed before anybody asked anything: there is nothing to read but its logs."""
    return result.outcome == "failed" and not result.totals.get("questions")


def conclude(result: Result, *, quiet: bool, advise: bool = True) -> None:
    """What people read at the end of a drill. A failed one has said its message already."""
    from brownout.report import terminal

    written = reports_of(result)
    than = f" ({result.comparison.word} against the baseline)" if result.comparison else ""
    if is_void(result):
        output.say(f"Logs    {Path(result.journal) / 'logs'}", "dim")
    elif quiet:
        output.say(f"{result.status} {result.scenario} {result.app}{than}  {written['html']}")
    else:
        terminal.summary(result, output.console(), written, advise=advise)


def as_json(result: Result) -> dict[str, Any]:
    """A drill for machines: the result, and where its reports are."""
    return {**result.as_dict(), "reports": {name: str(path) for name, path in reports_of(result).items()}}
