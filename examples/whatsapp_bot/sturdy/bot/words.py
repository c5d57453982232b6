"""What the bot says of its own accord."""

from __future__ import annotations

from datetime import date

APOLOGY = "I have no answer for you right now. Your message is kept; please ask again in a minute."
TROUBLE = "The assistant cannot answer right now. Your message is kept. Please try again in {seconds} s."
UNREADABLE = "I can read texts, pictures and voice messages. This was something else."
_LONGEST = 4000  # letters; WhatsApp takes 4096


def notice(day: date) -> str:
    """That the channel ends, and what to do before it does."""
    return (
        f"This chat ends on {day.day} {day:%B} {day.year}: WhatsApp closes it. To keep this conversation, link this "
        "number to your account on the web before that day. Our web page and our apps go on as ever."
    )


def parts(text: str) -> list[str]:
    """A text in pieces that WhatsApp takes, broken between words where that can be."""
    found = []
    while len(text) > _LONGEST:
        at = max(text.rfind("\n", 1, _LONGEST), text.rfind(" ", 1, _LONGEST))
        at = at if at > 0 else _LONGEST
        found.append(text[:at])
        text = text[at:].lstrip()
    return [*found, text]
