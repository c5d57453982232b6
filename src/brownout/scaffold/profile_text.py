"""The text of a first ``brownout.yaml``: what is known, with comments that say how sure it is. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from brownout.scaffold.draft import Draft

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*|/[A-Za-z0-9_./-]*|\d+(?:%|ms|s)")
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
_REPLY = "The field that held the whole of the model's words when it was tried."
_KEPT = "What the next step's path needs, by name, and where it was in this answer."
_KEPT_GUESSED = (
    "What the next step's path needs, by name; where it is in this answer is a guess (docs/profile.md#steps)."
)
_GUESSED = "A guess: no answer was seen. Say where the words for the user are (docs/profile.md#reply)."


def text_of(draft: Draft) -> str:
    """The whole file as text, comments and all."""
    return "\n".join(_lines(draft)) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    values = draft.values
    yield "# Made by 'brownout init'. Try it with 'brownout doctor --app brownout.yaml'; every key: docs/profile.md."
    yield f"name: {_flow(draft.name)}"
    yield from _connect(draft)
    if draft.start is not None:
        yield from _start(draft, values["start"])
    if draft.url is not None:
        yield f"url: {_flow(draft.url)}"
    yield ""
    yield from _journeys(draft, values["journeys"]["chat"])
    yield ""
    yield "# Enough users that each phase of an outage sees a few dozen questions; more of them while it lasts."
    yield f"load: {_flow(values['load'])}"
    yield f"margin: {values['margin']} # so short a drill cannot tell more"
    yield ""
    yield "# What has to hold: a place to begin. Every check: 'brownout list checks'."
    yield "expect:"
    yield from (f"  - {_flow(each)}" for each in values["expect"])


def _connect(draft: Draft) -> Iterator[str]:
    yield ""
    if draft.connect == "base_url":
        yield "# Its clients read where the platform is from variables such as OPENAI_BASE_URL; a drill sets them all."
    else:
        yield "# Its calls go to the platform's own host: a drill sets HTTPS_PROXY, and variables that name its CA."
    yield f"connect: {draft.connect}"


def _start(draft: Draft, start: Mapping[str, Any]) -> Iterator[str]:
    assert draft.start is not None
    yield "start:"
    yield f"  command: {_flow(start['command'])} # from {draft.start.source}"
    if "cwd" in start:
        yield f"  cwd: {_flow(start['cwd'])}"
    if "env" in start:
        yield "  # Made-up keys: the stand-in takes any, and no real one belongs into this file."
        yield "  env:"
        yield from (f"    {_flow(name)}: {_flow(value)}" for name, value in start["env"].items())
    yield f"  ready: {_flow(start['ready'])}"
    yield f"  timeout: {start['timeout']}"


def _journeys(draft: Draft, chat: Mapping[str, Any]) -> Iterator[str]:
    *openings, step = chat["steps"]
    yield "# What a user does, again and again. {{ message }} is a question with a mark in it: send it as it is."
    yield "journeys:"
    yield "  chat:"
    yield f"    patience: {chat['patience']} # after this a user gives up"
    yield "    steps:"
    for opening in openings:
        yield "      - name: open"
        yield f"        post: {_flow(opening['post'])}"
        yield f"        json: {_flow(opening['json'])}"
        yield f"        # {_KEPT if draft.seen else _KEPT_GUESSED}"
        yield f"        keep: {_flow(opening['keep'])}"
    yield "      - name: ask"
    yield f"        post: {_flow(step['post'])}"
    yield f"        {draft.request.kind}: {_flow(draft.request.body)}"
    yield f"        # {_REPLY if draft.seen else _GUESSED}"
    yield f"        reply: {_flow(draft.reply)}"
    if "error" not in draft.reply:
        yield "        # Where it shows errors inside an answer, add the place to reply: error: …"


def _flow(value: Any) -> str:
    """A value on one line: JSON in double quotes is YAML, too."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(name)}: {_flow(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str) and _is_plain(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if _is_plain(name) else json.dumps(name, ensure_ascii=False)


def _is_plain(text: str) -> bool:
    """Whether a text needs no quotes anywhere, and means nothing else to YAML."""
    return _PLAIN.fullmatch(text) is not None and text.lower() not in _WORDS
