"""The few questions that a folder cannot answer for sure, each with the answer that it seems to give."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from brownout.library.starting import flaw_of_url
from brownout.load.templates import render
from brownout.profile import Read
from brownout.scaffold.draft import Draft
from brownout.scaffold.locate import Reply
from brownout.scaffold.opening import opened
from brownout.scaffold.probe import question
from brownout.scaffold.request import MESSAGE, Request
from brownout.scaffold.start import PORT, Start, command_of

Ask = Callable[[str, str], str]
"""Puts a question with a default, and gives back what was answered."""
_FREE = f"http://127.0.0.1:{PORT}"
_PATH_AND_BODY = re.compile(r"((?:\{\{.*?\}\}|\S)+)\s*(.*)", re.DOTALL)
"""The blanks in ``{{ name }}`` belong to the path."""
MOST_TRIES = 5
"""So often is one question put."""
Answer = TypeVar("Answer")


class Unfit(Exception):
    """An answer that no profile can hold; the text says what can."""


def asked(draft: Draft, python: tuple[str, ...], ask: Ask) -> Draft:
    """The draft with what was answered: how it starts, where it is, what a chat request looks like. Raises Unfit.

    A question whose answer does not fit is put again, with the reason, a few times.
    """
    shown = draft.start.in_words if draft.start else ""
    question = "How does it start? ({port} stands for a free port; - where it runs already)"
    start = _fitting(ask, question, shown, lambda typed: draft.start if typed == shown else _start(typed, python))
    draft = replace(draft, start=start)
    default = draft.url or (_FREE if draft.start else "")
    draft = replace(draft, url=_fitting(ask, "Where is it then?", default, lambda typed: _url(typed, draft.start)))
    request = _shown(draft.request)
    return replace(
        draft,
        request=_fitting(
            ask,
            "What does a chat request look like? (path, then the body)",
            request,
            lambda typed: draft.request if typed == request else _request(typed, draft.request),
        ),
    )


def where_the_words_are(draft: Draft, ask: Ask) -> Draft:
    """The draft with the place of the words, where no answer showed it. Raises Unfit where none that fits is given."""
    ((key, value),) = [next(iter(draft.reply.items()))]
    default = f"{key}: {value}"
    question = "Where in its answer are the words for the user? (json: reply, sse: delta, text: true)"
    reply = _fitting(ask, question, default, lambda typed: draft.reply if typed == default else _reply(typed))
    return replace(draft, reply=reply)


def _fitting(ask: Ask, question: str, default: str, read: Callable[[str], Answer]) -> Answer:
    """The first answer that can be read. Raises Unfit with the last reason where none of a few can."""
    reason = ""
    for _ in range(MOST_TRIES):
        try:
            return read(ask(f"{reason}\n{question}" if reason else question, default).strip())
        except Unfit as error:
            reason = str(error)
    raise Unfit(reason)


def _start(typed: str, python: tuple[str, ...]) -> Start | None:
    return None if typed in ("", "-") else _started(typed, python)


def _url(typed: str, start: Start | None) -> str | None:
    if not typed and start is None:
        raise Unfit("how it starts, or the URL where it runs, is needed")
    if typed and (flaw := flaw_of_url(typed)):
        raise Unfit(flaw)
    return None if typed in ("", _FREE) else typed.rstrip("/")


def _started(typed: str, python: tuple[str, ...]) -> Start:
    command = command_of(typed, python)
    if command is None:
        raise Unfit(f"{typed!r} takes a shell, and a profile has none: write a program and its arguments")
    return Start(command, "you", 60.0, {"PORT": PORT})


def _shown(request: Request) -> str:
    return f"{request.path} {json.dumps(request.body, ensure_ascii=False)}"


def _request(typed: str, before: Request) -> Request:
    match = _PATH_AND_BODY.fullmatch(typed.removeprefix("POST ").strip())
    path, body = match.groups() if match else (typed, "")
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise Unfit(f"the body {body!r} is no JSON; write it as {_shown(before)}") from None
    if not path.startswith("/") or MESSAGE not in str(value):
        raise Unfit(f"a path that begins with / and a body with {MESSAGE} in it is needed: {_shown(before)}")
    if before.kind == "form" and not isinstance(value, dict):
        raise Unfit(f"the fields of a form are a JSON object: {_shown(before)}")
    path, opening = opened(path) or (path, None)
    names = question(0) if opening is None else {**question(0), opening.name: "1"}
    try:
        render([path, value], names)
    except ValueError as error:
        raise Unfit(str(error)) from None
    return Request(path, value, before.kind, before.opening if path == before.path else opening)


def _reply(typed: str) -> Reply:
    try:
        value = yaml.safe_load(typed)
        reply = Read.model_validate(value)
    except (yaml.YAMLError, ValidationError, RecursionError):
        reply = None
    if reply is None or not isinstance(value, dict) or not value:
        raise Unfit(f"{typed!r} says no place; write json: reply, sse: delta, ndjson: text or text: true")
    return value
