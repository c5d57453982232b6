"""Messages for chats: in the shape that each asks for, bounded, and with nothing in them that acts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.report import MESSAGES, slack, teams
from brownout.result import Result

LINK = "https://ci.example/runs/7?a=1&b=2"
TEAMS_LIMIT = 28 * 1024  # bytes: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors


def slack_texts(made: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All texts of a message, held against the limits of Block Kit: https://docs.slack.dev/reference/block-kit/blocks"""
    assert set(made) == {"text", "blocks"}
    assert 1 <= len(made["blocks"]) <= 50
    for block in made["blocks"]:
        (text,) = block["elements"] if block["type"] == "context" else (block["text"],)
        assert block["type"] in ("header", "section", "context")
        assert 1 <= len(text["text"]) <= (150 if block["type"] == "header" else 3_000)
        yield text


def teams_texts(made: dict[str, Any]) -> Iterator[str]:
    """All texts of a card: https://adaptivecards.io/explorer/"""
    (attachment,) = made["attachments"]
    card = attachment["content"]
    assert (made["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    for block in card["body"]:
        assert block["type"] == "RichTextBlock"
        (run,) = block["inlines"]
        assert run["type"] == "TextRun"
        yield run["text"]


def test_slack_is_told_verdict_findings_and_where_the_report_is(outage: Result) -> None:
    made = slack.message(outage, LINK)
    texts = [each["text"] for each in slack_texts(made)]

    assert texts[0] == "BROKEN: fragile-chat in “ChatGPT platform-wide outage, 3 February 2026”"
    assert texts[1].endswith("4 broken · 1 unknown · 4 held.")
    assert [text.split(":")[0] for text in texts[2:-1]] == [
        "BROKEN success during major outage",
        "BROKEN no hang",
        "BROKEN retry amplification during major outage",
        "BROKEN history kept",
        "UNKNOWN first token during recovering",
    ]
    assert texts[-1] == "<https://ci.example/runs/7?a=1&amp;b=2|Open the report>"
    assert made["text"] == texts[0]


def test_teams_is_told_the_same_on_a_card_with_a_button(outage: Result) -> None:
    made = teams.message(outage, LINK)

    assert list(teams_texts(made)) == [each["text"] for each in slack_texts(slack.message(outage, ""))]
    assert made["attachments"][0]["content"]["actions"] == [
        {"type": "Action.OpenUrl", "title": "Open the report", "url": LINK}
    ]
    assert made["attachments"][0]["content"]["body"][0]["inlines"][0]["color"] == "Attention"


@pytest.mark.parametrize("kind", sorted(MESSAGES))
def test_a_message_is_bounded_and_says_how_much_is_left_out(outage: Result, kind: str) -> None:
    long = tuple(replace(outage.verdicts[2], finding="x" * 50_000) for _ in range(40))
    text = json.dumps(MESSAGES[kind](replace(outage, verdicts=long, app="y" * 50_000, lead="z" * 50_000), LINK))

    assert len(text.encode()) < TEAMS_LIMIT
    assert "35 more findings in the report" in text


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=40))
def test_any_text_is_no_mention_no_link_and_no_markup(outage: Result, text: str) -> None:
    hostile = f"<!channel> <http://x|y> *b* [z](http://x) @all \x1b[2J {text}"
    verdict = replace(outage.verdicts[2], id=hostile, finding=hostile)
    result = replace(outage, app=hostile, title=hostile, lead=hostile, verdicts=(verdict,))

    made = slack.message(result, "")
    assert {each["type"] for each in slack_texts(made)} == {"plain_text"}
    assert not set(made["text"]) & set("<>|")
    for told in (*teams_texts(teams.message(result, "")), json.dumps(made, ensure_ascii=False)):
        assert "\x1b" not in told
        assert len(told.splitlines()) == 1
        told.encode()


def test_a_link_cannot_break_out_of_its_markup(outage: Result) -> None:
    *_, last = slack_texts(slack.message(outage, "https://x/|y> <!channel>"))

    assert last["text"] == "<https://x/%7Cy&gt; &lt;!channel&gt;|Open the report>"
