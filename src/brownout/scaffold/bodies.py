"""What a chat's request may look like, by the names of the fields that its application reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from brownout.scaffold.request import MESSAGE

TEXTS = (
    "message",
    "prompt",
    "question",
    "query",
    "text",
    "input",
    "content",
    "utterance",
    "msg",
    "q",
    "ask",
    "request",
)
"""Names under which applications take a user's words, the usual ones first."""
TURNS = ("messages", "history", "conversation", "turns")
"""Names under which they take a whole conversation."""
_PLAIN_TURNS = [{"role": "user", "content": MESSAGE}]
_UI_TURNS = [{"id": "{{ canary }}", "role": "user", "parts": [{"type": "text", "text": MESSAGE}]}]


def bodies(fields: Mapping[str, Any], ui: bool) -> Iterator[dict[str, Any]]:
    """Bodies with the user's words in one field, and in the others what is known of them.

    ``ui``: the application speaks the AI SDK's messages, whose text is in parts. Where no field is known that could
    hold the words, usual bodies follow one another.
    """
    turns = (_UI_TURNS, _PLAIN_TURNS) if ui else (_PLAIN_TURNS, _UI_TURNS)
    words = sorted((name for name in fields if rank(name) < len(TEXTS)), key=rank)
    others = {name: value for name, value in fields.items() if value is not None}
    for name in words[:2]:
        yield {**others, name: MESSAGE}
    if "messages" in fields:
        yield from ({**others, "messages": each} for each in turns)
    if not words and "messages" not in fields:
        yield from [dict.fromkeys(fields, MESSAGE)] if fields else []
        yield from _usual(ui, turns)


def rank(name: str) -> int:
    """How late a field comes among those that may hold a user's words; ``len(TEXTS)`` for one that sounds unlike them.

    ``userInput`` and ``user_prompt`` sound like ``input`` and ``prompt``; ``context`` and ``message_id`` like nothing.
    """
    parts = re.findall(r"[A-Za-z][a-z]*", name)
    last = parts[-1].lower() if parts else ""
    return TEXTS.index(last) if last in TEXTS else len(TEXTS)


def _usual(ui: bool, turns: tuple[list[Any], list[Any]]) -> Iterator[dict[str, Any]]:
    with_turns: list[dict[str, Any]] = [{"messages": each} for each in turns]
    with_words: list[dict[str, Any]] = [{name: MESSAGE} for name in TEXTS[:6]]
    yield from (*with_turns, *with_words) if ui else (with_words[0], with_turns[0], *with_words[1:])
