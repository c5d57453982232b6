"""``brownout proxy``: play an outage at your desk."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from brownout.commands import output
from brownout.commands.speeds import fit
from brownout.verdict import ExitCode

if TYPE_CHECKING:
    from brownout.drill.by_hand import ByHand
    from brownout.rule import Rule
    from brownout.scenario import Phase, Scenario
    from brownout.tool_use import ToolUse


class Ui(StrEnum):
    """Front ends."""

    CONSOLE = "console"
    WEB = "web"
    NONE = "none"


class Upstream(StrEnum):
    """Who answers healthy calls."""

    STANDIN = "stand-in"
    REAL = "real"


def proxy(
    scenario: Annotated[str, typer.Argument(help="Name of a scenario that comes with brownout, or a file.")],
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = 8080,
    ui: Annotated[Ui, typer.Option(help="Lines (none), or mitmproxy's own front end.")] = Ui.NONE,
    speed: Annotated[
        float | None, typer.Option(help="Incident seconds a second; at the desk 1 is real time.", callback=fit)
    ] = None,
    loop: Annotated[bool, typer.Option("--loop", help="Begin again at the end of the timeline.")] = False,
    phase: Annotated[str | None, typer.Option(help="Stay in this phase.")] = None,
    upstream: Annotated[Upstream, typer.Option(help="Who answers healthy calls.")] = Upstream.STANDIN,
    budget: Annotated[
        int | None, typer.Option(help="With --upstream real: at most so many calls leave.", min=1)
    ] = None,
    tools: Annotated[
        str, typer.Option(help="In which share of turns the stand-in uses a tool that it may: never, always, 30%.")
    ] = "never",
    tool: Annotated[
        list[str] | None, typer.Option(help="With --tools: only tools of this name; may be given again.")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="For programs: a line of JSON when ready, brisk answers, end with stdin.")
    ] = False,
) -> None:
    """Play an outage while you use your application by hand.

    Ctrl-C ends it, with the proof of every rule.

    \b
    Examples:
      brownout proxy chatgpt-2026-02-03
      brownout proxy chatgpt-2026-02-03 --phase announced
      brownout proxy anthropic-overload --ui web --loop
    """
    from brownout import find_engine
    from brownout.library.library import load_scenario

    loaded = load_scenario(scenario)
    _refuse(loaded, phase, upstream, budget)
    use = _tool_use(tools, tool or [], upstream)
    if json and ui is not Ui.NONE:
        raise typer.BadParameter("needs --ui none", param_hint="--json")
    find_engine.require(sys.argv[1:])

    from brownout.drill.by_hand import BRISK, ByHandOptions, by_hand

    pace = BRISK if json else None
    options = ByHandOptions(loaded, port, speed or loaded.speed, loop, phase, upstream.value, budget, json, pace, use)
    with by_hand(options) as at:
        if json:
            _serve(at)
        elif ui is Ui.NONE:
            _play(at)
        else:
            _front_end(at, ui.value)
    raise typer.Exit(ExitCode.HELD)


def _refuse(scenario: Scenario, phase: str | None, upstream: Upstream, budget: int | None) -> None:
    from brownout.config.spelling import hint
    from brownout.config.yamlfile import InputError, Problem

    names = [stretch.phase for stretch in scenario.timeline]
    if phase is not None and phase not in names:
        raise InputError([Problem("--phase", 0, 0, f"no phase {phase!r} in {scenario.name}{hint(phase, names)}")])
    if upstream is Upstream.REAL and budget is None:
        text = "needs --budget N: the number of calls that may leave for the real platform"
        raise InputError([Problem("--upstream real", 0, 0, text)])
    if budget is not None and upstream is not Upstream.REAL:
        text = "limits the calls that leave for the real platform, and none does; add --upstream real, or leave it out"
        raise InputError([Problem("--budget", 0, 0, text)])


def _tool_use(tools: str, names: list[str], upstream: Upstream) -> ToolUse | None:
    from brownout.tool_use import ToolUse, often

    try:
        use = ToolUse(share=often(tools), only=tuple(names))
    except ValueError:
        raise typer.BadParameter(f"{tools!r} is none of never, always, 30%", param_hint="--tools") from None
    if not use.share and names:
        raise typer.BadParameter("needs --tools always, or a share", param_hint="--tool")
    if use.share and upstream is Upstream.REAL:
        why = "says how the stand-in answers, and with --upstream real nobody asks it"
        raise typer.BadParameter(why, param_hint="--tools")
    return use if use.share else None


def _play(at: ByHand) -> None:
    running = at.start()
    if running is None:
        return
    _how_to_connect(running.port, at)
    at.begin(running.control)
    try:
        at.follow(running.control, _strike, lambda phase: _phase(phase, at))
        stats = running.control.stats()
    finally:
        at.stop(running)
        at.show_rows(_strike)
    rules = [rule for phase in at.scenario.phases if at.options.phase in (None, phase.phase) for rule in phase.rules]
    _proof(rules, stats)


def _serve(at: ByHand) -> None:
    """Play for a program, which holds our stdin and gives its own orders over the control channel."""
    from brownout.drill.by_hand import end_with_stdin

    end_with_stdin(at.interrupts)
    running = at.start()
    if running is None:
        return
    try:
        at.begin(running.control)
        typer.echo(jsonlib.dumps(at.ready(running)))
        at.follow(running.control, lambda row: None, lambda phase: None)
    finally:
        at.stop(running)


def _front_end(at: ByHand, ui: str) -> None:
    from brownout.drill.by_hand import exports, run_front_end

    if at.options.port:
        for connect, lines in exports(at.options.port, at.bundle, at.scenario.catalogue).items():
            output.say(f"# connect: {connect}\n{lines}\n", "dim")
    run_front_end(at, ui)


def _how_to_connect(port: int, at: ByHand) -> None:
    from brownout.drill.by_hand import exports

    lines = exports(port, at.bundle, at.scenario.catalogue)
    output.say(f"Listening on http://127.0.0.1:{port}\n", "bold")
    output.say("Either lead clients there by base URL:", "bold")
    output.say(f"{lines['base_url']}\n")
    output.say("or intercept their HTTPS:", "bold")
    output.say(f"{lines['intercept']}\n")
    if at.options.upstream == "stand-in":
        output.say("The stand-in answers: any API key will do, and none leaves this machine.", "dim")
    output.say("Ctrl-C ends it.\n", "dim")


def _phase(phase: Phase, at: ByHand) -> None:
    from brownout.config.units import in_words

    stays = "stays" if at.options.phase else f"for {in_words(phase.lasts / at.options.speed)}"
    output.say(f"— {phase.phase} ({phase.impact}), {stays}", "bold")


def _strike(row: dict[str, Any]) -> None:
    """A line for each exchange that was struck, and for each fault that could not be carried out."""
    if row["kind"] == "exchange" and row.get("rule"):
        status = row.get("status") or "no answer"
        output.say(
            f"  {row['fault']} on {row['service']}{' (streamed)' if row.get('stream') else ''}: "
            f"{status}, {row['end']} after {row['duration']:.2f}s  [{row['rule']}]",
            "red" if row.get("delivered") else "yellow",
        )
    elif row["kind"] == "fault_skipped":
        output.say(f"  {row['fault']} skipped: {row['why']}", "yellow")
    elif row["kind"] == "other_host":
        output.say(f"  {'refused' if row.get('refused') else 'passed on untouched'}: {row['host']}", "dim")


def _proof(rules: Sequence[Rule], stats: dict[str, Any]) -> None:
    output.say(f"\n{stats['exchanges']} exchanges, {stats['injected']} faults injected", "bold")
    table = Table()
    for name in ("rule", "fault", "on"):
        table.add_column(name, overflow="fold")
    for name in ("eligible", "selected", "injected", "delivered"):
        table.add_column(name, justify="right")
    for rule in rules:
        counted = stats["by_rule"].get(rule.id, {})
        numbers = [str(counted.get(name, 0)) for name in ("eligible", "selected", "injected", "delivered")]
        table.add_row(Text(rule.id), rule.fault, rule.on, *numbers)
    if rules:
        output.console().print(table)
