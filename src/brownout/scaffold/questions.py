"""The few questions that a folder cannot answer for sure, each with the answer that it seems to give."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import yaml
from pydantic import ValidationError

from brownout.library.starting import flaw_of_url
from brownout.load.templates import render
from brownout.profile import Read
from brownout.scaffold.draft import Draft
from brownout.scaffold.locate import Reply
from brownout.scaffold.probe import question
from brownout.scaffold.request import MESSAGE, Request
from brownout.scaffold.start import PORT, Start, command_of

Ask = Callable[[str, str], str]
"""Puts a question with a default, and gives back what was answered."""
_FREE = f"http://127.0.0.1:{PORT}"


class Unfit(Exception):
    """An answer that no profile can hold; the text says what can."""


def asked(draft: Draft, python: tuple[str, ...], ask: Ask) -> Draft:
    """The draft with what was answered: how it starts, where it is, what a chat request looks like. Raises Unfit."""
    default = draft.start.in_words if draft.start else ""
    typed = ask("How does it start? ({port} stands for a free port; - where it runs already)", default).strip()
    if typed != default:
        draft = replace(draft, start=None if typed in ("", "-") else _started(typed, python))
    url = ask("Where is it then?", draft.url or (_FREE if draft.start else "")).strip()
    if not url and draft.start is None:
        raise Unfit("how it starts, or the URL where it runs, is needed")
    if url and (flaw := flaw_of_url(url)):
        raise Unfit(flaw)
    draft = replace(draft, url=None if url in ("", _FREE) else url.rstrip("/"))
    shown = _shown(draft.request)
    typed = ask("What does a chat request look like? (path, then the body)", shown).strip()
    return draft if typed == shown else replace(draft, request=_request(typed, draft.request))


def where_the_words_are(draft: Draft, ask: Ask) -> Draft:
    """The draft with the place of the words, where no answer showed it. Raises Unfit."""
    ((key, value),) = [next(iter(draft.reply.items()))]
    default = f"{key}: {value}"
    typed = ask("Where in its answer are the words for the user? (json: reply, sse: delta, text: true)", default)
    return draft if typed.strip() == default else replace(draft, reply=_reply(typed))


def _started(typed: str, python: tuple[str, ...]) -> Start:
    command = command_of(typed, python)
    if command is None:
        raise Unfit(f"{typed!r} takes a shell, and a profile has none: write a program and its arguments")
    return Start(command, "you", 60.0, {"PORT": PORT})


def _shown(request: Request) -> str:
    return f"{request.path} {json.dumps(request.body, ensure_ascii=False)}"


def _request(typed: str, before: Request) -> Request:
    path, _, body = typed.removeprefix("POST ").partition(" ")
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise Unfit(f"the body {body!r} is no JSON; write it as {_shown(before)}") from None
    if not path.startswith("/") or MESSAGE not in str(value):
        raise Unfit(f"a path that begins with / and a body with {MESSAGE} in it is needed: {_shown(before)}")
    if before.kind == "form" and not isinstance(value, dict):
        raise Unfit(f"the fields of a form are a JSON object: {_shown(before)}")
    try:
        render(value, question(0))
    except ValueError as error:
        raise Unfit(str(error)) from None
    return Request(path, value, before.kind)


def _reply(typed: str) -> Reply:
    try:
        value = yaml.safe_load(typed)
        reply = Read.model_validate(value)
    except (yaml.YAMLError, ValidationError, RecursionError):
        reply = None
    if reply is None or not isinstance(value, dict) or not value:
        raise Unfit(f"{typed!r} says no place; write json: reply, sse: delta, ndjson: text or text: true")
    return value
