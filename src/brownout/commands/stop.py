"""``brownout stop``: end every drill of yours at once, and let none begin."""

from __future__ import annotations

from typing import Annotated

import typer

from brownout.commands import durations, output


def stop(
    all_: Annotated[bool, typer.Option("--all", help="End all drills and proxies, and let none begin.")] = False,
    for_: Annotated[
        str | None, typer.Option("--for", metavar="DURATION", help="With --all: so long, as 10m or 1h30m.")
    ] = None,
    until_cleared: Annotated[
        bool, typer.Option("--until-cleared", help="With --all: until --clear; so it is without --for.")
    ] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Let drills begin again.")] = False,
) -> None:
    """End every drill and proxy of yours at once, whoever started it, and let none begin.

    The order is a file in your state folder that all of them look at, a few times a second: faults off, held calls let
    go, a report of what happened until then. 'brownout run', 'brownout proxy' and the pytest plugin begin nothing while
    it is there (exit code 2).

    \b
    Examples:
      brownout stop --all                until somebody clears it
      brownout stop --all --for 10m      for ten minutes
      brownout stop --clear
    """
    from brownout.drill import standstill

    if all_ == clear:
        raise typer.BadParameter("give one of the two: --all stops everything, --clear lets it begin again")
    if (for_ or until_cleared) and (clear or (for_ and until_cleared)):
        raise typer.BadParameter("goes with --all, one of the two at most", param_hint="--for, --until-cleared")
    seconds = _seconds(for_)
    with output.writing(standstill.path(), "look at its rights, or set XDG_STATE_HOME"):
        if clear:
            output.say("Drills may begin again." if standstill.clear() else "No order to stop was there.")
            return
        order = standstill.give(seconds)
    output.say(f"{order.in_words[:1].upper()}{order.in_words[1:]}.", "bold")
    output.say(f"'brownout stop --clear' lets them begin again ({standstill.path()}).")


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    seconds = durations.seconds(text, "--for")
    if seconds <= 0:
        raise typer.BadParameter("that is no time at all; give more, or --until-cleared", param_hint="--for")
    return seconds
