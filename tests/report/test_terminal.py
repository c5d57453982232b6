from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from brownout.report import story
from brownout.report.terminal import summary
from brownout.result import Result
from brownout.verdict import Status


def printed(result: Result, written: dict[str, Path] | None = None, width: int = 160) -> str:
    out = io.StringIO()
    summary(result, Console(file=out, width=width), written)
    return out.getvalue()


def test_broken_verdicts_come_first_with_measured_objective_and_finding(outage: Result) -> None:
    text = printed(outage, width=200)

    statuses = [line.split()[0] for line in text.splitlines() if line.split()[:1] and line.split()[0] in set(Status)]
    assert statuses == ["BROKEN"] * 5 + ["UNKNOWN"] + ["HELD"] * 4  # the first is the drill's own
    line = next(line for line in text.splitlines() if "15 s at worst" in line)
    assert "no hang" in line
    assert "99 users looked at a spinner" in line
    assert "asked for: an end within 6 s, whatever it is" in text


def test_rules_show_their_proof(outage: Result) -> None:
    text = printed(outage)

    assert "Proof of injection: 5 of 6 rules struck" in text
    assert "188 → 92 → 92 → 92" in text
    assert "announced.2.hang" in text


def test_rules_with_nothing_to_strike_are_one_line_under_the_table(outage: Result) -> None:
    lines = [line.strip() for line in printed(outage).splitlines()]

    folded = lines.index(
        "1 rule had nothing to strike (announced.3.history_missing), never called: openai.conversations."
    )
    assert folded > next(number for number, line in enumerate(lines) if line.startswith("tail.1.overload"))
    assert not any(line.startswith("announced.3.history_missing") for line in lines)


def test_where_no_rule_had_anything_to_strike_there_is_no_empty_table(outage: Result) -> None:
    text = printed(replace(outage, rules=tuple(story.quiet(outage.rules))))

    assert "Proof of injection: 0 of 1 rule struck\n1 rule had nothing to strike" in text
    assert "eligible" not in text


def test_it_ends_with_the_report_and_the_next_command(outage: Result) -> None:
    lines = printed(outage, {"html": Path("reports/a/report.html")}, width=60).splitlines()

    assert lines[-3] == "Report  reports/a/report.html"
    assert lines[-2] == (
        "Next    Answer from a fallback model, a cache or an honest message when OpenAI fails, then run again:"
    )
    assert lines[-1].strip() == outage.command  # on one line, however narrow the terminal: it is to be copied


def test_it_says_by_what_calls_are_tied_to_questions(outage: Result) -> None:
    lines = printed(replace(outage, joins={"traceparent": 1}), width=60).splitlines()

    assert "Tied    to questions: of 1 call 100% by traceparent" in lines


def test_a_drill_that_held_needs_no_advice(healthy: Result) -> None:
    text = printed(healthy)

    assert "Next    Try other luck, or another scenario:" in text
    assert "Report" not in text


def test_an_unproved_drill_says_why(healthy: Result) -> None:
    text = printed(replace(healthy, status=Status.UNKNOWN, outcome="interrupted", why="Ctrl-C", duration=3.0))

    assert text.count("This drill was interrupted after 3s. Ctrl-C.") == 1


def test_texts_are_neither_markup_nor_terminal_commands(outage: Result) -> None:
    verdict = replace(outage.verdicts[2], finding="[bold]x[/bold] \x1b[2J [/] done", measured="[red]")

    text = printed(replace(outage, verdicts=(verdict,), app="[link=http://x]app"))

    assert "[bold]x[/bold] \ufffd[2J [/] done" in text
    assert "[link=http://x]app" in text
    assert "\x1b" not in text


def test_a_drill_without_verdicts_and_rules_prints_no_empty_tables(outage: Result) -> None:
    text = printed(replace(outage, verdicts=(), rules=(), status=Status.UNKNOWN))

    assert "Verdicts" not in text
    assert "Proof of injection" not in text
    assert "No expectation was checked" in text
