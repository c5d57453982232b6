"""A drill as a message for a webhook of Microsoft Teams, as an Adaptive Card.

A ``TextRun`` is never Markdown: https://adaptivecards.io/explorer/TextRun.html
"""

from __future__ import annotations

from typing import Any, Final

from brownout.report.brief import brief
from brownout.result import Result
from brownout.verdict import Status

_COLOURS: Final = {Status.BROKEN: "Attention", Status.UNKNOWN: "Warning", Status.HELD: "Good"}


def _run(text: str, **look: str) -> dict[str, Any]:
    """Text that Teams shows as it is, on a line of its own."""
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **look}]}


def message(result: Result, link: str) -> dict[str, Any]:
    """The payload. ``link`` leads to the report; none where it is empty."""
    told = brief(result)
    heading = _run(told.title, size="Large", weight="Bolder", color=_COLOURS.get(result.status, "Default"))
    rest = [_run(told.rest, size="Small")] if told.rest else []
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [heading, *map(_run, [told.summary, *told.findings]), *rest],
        "actions": [{"type": "Action.OpenUrl", "title": "Open the report", "url": link}] if link else [],
        "msteams": {"width": "Full"},
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}
