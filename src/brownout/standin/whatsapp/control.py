"""The stand-in's own HTTP interface to the people on WhatsApp: for tests and load that play them."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from brownout.standin.whatsapp.desk import WhatsAppDesk
from brownout.standin.whatsapp.inbound import WhatsAppInbound
from brownout.standin.whatsapp.users import Message

PREFIX = "/brownout/"
_USER = re.compile(r"/brownout/whatsapp/users/(\d{1,20})(/messages)?")
_SECONDS = re.compile(r"\d{1,6}(\.\d{1,20})?")
_PLACES = (
    "there are POST and GET /brownout/whatsapp/users/DIGITS/messages, and POST /brownout/whatsapp/users/DIGITS with "
    '{"reachable": false}'
)
LONGEST = 30.0
"""Seconds that a look may wait for a message."""
Answered = tuple[int, dict[str, Any]]


async def control(
    desk: WhatsAppDesk, inbound: WhatsAppInbound, method: str, path: str, query: str, body: bytes
) -> Answered:
    """Status and JSON for a request: have a user say something, read what a user got, or put one out of reach."""
    match = _USER.fullmatch(path)
    if match is None or method not in ("GET", "POST") or (method == "GET" and not match[2]):
        return 404, {"error": f"no {method} {path} here; {_PLACES}"}
    user = match[1]
    if method == "GET":
        return await _heard(desk, inbound, user, query)
    try:
        order = json.loads(body)
    except (ValueError, RecursionError):
        order = None
    if not isinstance(order, dict):
        return 400, {"error": 'send a JSON object, as {"text": "Hello"}'}
    return _say(inbound, user, order) if match[2] else _reach(desk, user, order)


def _say(inbound: WhatsAppInbound, user: str, order: Mapping[str, Any]) -> Answered:
    try:
        return 200, {"id": inbound.says(user, order)}
    except ValueError as error:
        return 400, {"error": str(error)}


def _reach(desk: WhatsAppDesk, user: str, order: Mapping[str, Any]) -> Answered:
    if not isinstance(order.get("reachable"), bool):
        return 400, {"error": 'send {"reachable": true} or {"reachable": false}'}
    desk.users.reach(user, order["reachable"])
    return 200, {"reachable": order["reachable"]}


async def _heard(desk: WhatsAppDesk, inbound: WhatsAppInbound, user: str, query: str) -> Answered:
    """What a user got; with ``after``, the id of the last message that is known already, only what came since.

    With ``wait``, where nothing came: what comes first within so many seconds (30 at most).
    """
    asked = parse_qs(query)
    after, wait = asked.get("after", [""])[0], asked.get("wait", ["0"])[0]
    if not _SECONDS.fullmatch(wait):
        return 400, {"error": f"wait: a number of seconds, not {wait!r}"}
    messages = _since(inbound.heard(user), after)
    if not messages and float(wait) > 0:
        await desk.users.arrival(user, min(float(wait), LONGEST))
        messages = _since(inbound.heard(user), after)
    return 200, {"messages": [dataclasses.asdict(message) for message in messages]}


def _since(messages: Sequence[Message], last: str) -> Sequence[Message]:
    ids = [message.id for message in messages]
    return messages[ids.index(last) + 1 :] if last in ids else messages
