"""A drill as a message for an incoming webhook of Slack, in Block Kit.

What is no markup: https://docs.slack.dev/reference/block-kit/composition-objects/text-object
How to escape what is: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

from typing import Any

from brownout.report.brief import brief
from brownout.result import Result


def _plain(text: str) -> dict[str, Any]:
    """Text that Slack shows as it is: no mention, no link, no emoji comes of it."""
    return {"type": "plain_text", "text": text, "emoji": False}


def _escaped(text: str) -> str:
    """Text within markup. What would end a link is no letter of a URL."""
    made = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return made.replace("|", "%7C")


def message(result: Result, link: str) -> dict[str, Any]:
    """The payload. ``link`` leads to the report; none where it is empty."""
    told = brief(result)
    lines = [told.summary, *told.findings]
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(told.title)}]
    blocks += [{"type": "section", "text": _plain(line)} for line in lines]
    blocks += [{"type": "context", "elements": [_plain(told.rest)]}] if told.rest else []
    if link:
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": f"<{_escaped(link)}|Open the report>"}})
    return {"text": _escaped(told.title), "blocks": blocks}
