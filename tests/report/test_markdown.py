from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.comparison import Cell, Compared, Comparison, Pooled
from brownout.report import compared, fitting, markdown, pooled, story
from brownout.result import Result
from brownout.verdict import Status, Verdict


def table(text: str, head: str) -> list[list[str]]:
    """The cells of the table that begins with this cell, without its rule."""
    lines = text.split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {head} |"))
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return [rows[0], *rows[2:]]


def test_the_first_line_is_the_verdict(outage: Result) -> None:
    lines = markdown.render(outage).split("\n")

    assert lines[0] == "### BROKEN: fragile-chat in “ChatGPT platform-wide outage, 3 February 2026”"
    assert lines[2].endswith("4 broken · 1 unknown · 4 held.")


def test_the_table_shows_measured_against_objective_worst_first(outage: Result) -> None:
    head, *rows = table(markdown.render(outage), "verdict")

    assert head == ["verdict", "expectation", "objective", "measured", "samples"]
    assert rows[0] == ["BROKEN", "success during major outage", "at least 50% answered whole", "23%", "301"]
    assert [row[0] for row in rows] == ["BROKEN"] * 4 + ["UNKNOWN"] + ["HELD"] * 4


def test_findings_carry_their_next_step_and_held_ones_are_left_out(outage: Result) -> None:
    text = markdown.render(outage)

    assert "- **BROKEN: history kept.** 41 messages were accepted" in text
    assert "  Next step: Store the user's message before calling the model" in text
    assert "**HELD" not in text


def test_what_users_got_is_told_by_phase_and_journey(outage: Result) -> None:
    head, *rows = table(markdown.render(outage), "phase")

    assert head[:4] == ["phase", "journey", "asked", "ok"]
    assert dict(zip(head, rows[1], strict=True)) == {
        **{"phase": "announced", "journey": "chat", "asked": "190"},
        **{"ok": "10", "error": "120", "refused": "0", "hung": "60"},
    }


def test_rules_are_proved(outage: Result) -> None:
    rows = table(markdown.render(outage), "rule")

    assert rows[1] == ["unannounced.1.server_error", "server_error", "openai.chat", "188", "92", "92", "92", "struck"]
    assert len(rows) == 1 + 5


def test_rules_with_nothing_to_strike_are_one_line_under_the_table(outage: Result) -> None:
    text, bare = markdown.render(outage), markdown.render(replace(outage, rules=tuple(story.quiet(outage.rules))))

    line = (
        "1 rule had nothing to strike (announced.3.history_missing), never called: openai.conversations.\n\n</details>"
    )
    assert line in text
    assert "| announced.3.history_missing" not in text
    assert f"0 of 1 rule struck</summary>\n\n{line}" in bare


def test_the_command_stands_in_a_fence_of_its_own(outage: Result) -> None:
    assert f"```sh\n{outage.command}\n```\n" in markdown.render(outage)
    assert "````sh\nrun ```\n````\n" in markdown.render(replace(outage, command="run ```"))


def test_a_drill_that_held_says_nothing_more(healthy: Result) -> None:
    text = markdown.render(healthy)

    assert text.startswith("### HELD: sturdy-chat")
    assert "#### Findings" not in text


def test_an_interrupted_drill_is_marked(outage: Result) -> None:
    assert "\n> This drill was interrupted after 12s. Ctrl-C." in markdown.render(
        replace(outage, outcome="interrupted", why="Ctrl-C", duration=12.0)
    )


def test_texts_cannot_break_out_of_their_cell(outage: Result) -> None:
    evil = "a | b `c` <script>alert(1)</script>\n# head [x](http://y) _z_ snake_case"
    verdict = replace(outage.verdicts[2], finding=evil, measured=evil)

    text = markdown.render(replace(outage, verdicts=(verdict,)))

    escaped = r"a \| b \`c\` &lt;script&gt;alert(1)&lt;/script&gt; # head \[x\](http&#58;//y) \_z\_ snake_case"
    assert table(text, "verdict")[1][3] == escaped
    assert "<script>" not in text


def test_nobody_is_called_and_no_line_becomes_a_heading_or_a_list() -> None:
    assert markdown.text("ask @octocat, not a@b.example") == "ask @&#8203;octocat, not a@&#8203;b.example"
    assert markdown.text("# a") == "\\# a"
    assert markdown.text("1. a") == "1\\. a"
    assert markdown.text("- a") == "\\- a"
    assert markdown.text("-5%, 1.5 of 3") == "-5%, 1.5 of 3"


@pytest.mark.parametrize(
    ("bare", "escaped"),
    [
        ("see https://a.example/b.", "see https&#58;//a.example/b."),
        ("HTTP://a.example ftp://b.example", "HTTP&#58;//a.example ftp&#58;//b.example"),
        ("(www.a.example) WWW.b.example", "(www&#46;a.example) WWW&#46;b.example"),
        ("a_www.b.example", "a_www&#46;b.example"),
        ("mailto:x@a.example", "mailto:x@&#8203;a.example"),
        ("owner/repo#12, #3", "owner/repo#&#8203;12, #&#8203;3"),
        ("12:30, a: b, www, a.b", "12:30, a: b, www, a.b"),
    ],
)
def test_what_github_makes_a_link_of_by_itself_stays_text(bare: str, escaped: str) -> None:
    """https://github.github.com/gfm/#autolinks-extension-: it looks for these in the source, before entities are."""
    assert markdown.text(bare) == escaped
    assert html.unescape(escaped).replace("\u200b", "") == bare


@given(st.text(max_size=40))
def test_escaped_text_is_one_line_with_nothing_to_act_on(text: str) -> None:
    escaped = markdown.text(text)

    assert len(escaped.splitlines()) <= 1
    assert not set(re.sub(r"\\.", "", escaped)) & set("\\`*[]|~<>")


def test_a_line_of_blocks_shows_the_share_of_whole_answers_with_the_outage_under_it(outage: Result) -> None:
    lines = markdown.render(outage).split("\n")
    answered, under = (next(line for line in lines if line.startswith(word)) for word in ("answered", "outage"))

    assert answered == "answered  ███▃▂▄▃▃▂▃▂▁▁▁▂▁▁▂▆▅▅▆▆▅▆▆▅▆▆▆▆▆▆▆▆▆▆▆▇▆▆▇▇▇▇▇▇▇▇▇▇▇████████  0–96.5s"
    assert under == "outage    " + " " * 3 + "▔" * 18


def long_drill(outage: Result, text: str, times: int) -> Result:
    """A drill that says too much everywhere."""
    broken = replace(outage.verdicts[2], finding=text, measured=text)
    return replace(
        outage,
        verdicts=tuple(replace(broken, id=f"{number} {text}") for number in range(times)),
        rules=tuple(replace(outage.rules[0], why=text) for _ in range(times)),
        by_phase=tuple(replace(outage.by_phase[0], phase=text) for _ in range(times)),
        lead=text,
    )


def test_what_is_too_long_for_a_comment_is_cut_by_whole_rows_and_told(outage: Result) -> None:
    text = markdown.render(long_drill(outage, "x" * 200, 100))

    assert len(text) <= fitting.LIMIT
    assert text.count("<details>") == text.count("</details>")
    assert re.search(
        r"^_\d+ of 100 findings left out: GitHub takes no more than 65\u202f536 characters\._$", text, re.MULTILINE
    )
    assert len(table(text, "verdict")) == 101
    assert f"```sh\n{outage.command}\n```\n" in text


@given(st.text(max_size=60), st.sampled_from([1, 40, 1_500]), st.integers(1, 3))
def test_no_report_is_longer_than_a_comment_may_be(outage: Result, word: str, longer: int, times: int) -> None:
    result = long_drill(outage, word * longer, times)

    assert len(markdown.render(replace(result, app=word * longer, command=word * longer))) <= fitting.LIMIT


def test_a_comparison_and_drills_together_are_bounded_too() -> None:
    cell = Cell(Status.HELD, "x" * 100)
    rows = tuple(Compared(f"{number}", "y" * 200, cell, cell) for number in range(400))
    comparison = Comparison(("a",), ("b",), 0.95, rows, "worse")
    verdicts = tuple(Verdict("success", "success", Status.HELD, "x" * 300, "y" * 300, "") for _ in range(200))
    together = Pooled("baseline", "shop", (), verdicts, Status.HELD, 0, comparison)

    for text in (compared.markdown(comparison), pooled.markdown(together)):
        assert fitting.LIMIT * 0.95 < len(text) <= fitting.LIMIT
        assert re.search(r"^_\d+ of \d+ (objectives|verdicts) left out", text, re.MULTILINE)
