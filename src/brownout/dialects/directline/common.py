"""What Direct Line's services share on the wire: headers, ids, tokens, activities, reading a request. Pure.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-direct-line-3-0-api-reference
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brownout.dialects.base import PlainDialect
from brownout.dialects.directline import errors as directline_errors
from brownout.dialects.encoding import dump
from brownout.dialects.headers import base58, rfc3339, uuid, whole
from brownout.dialects.paths import below
from brownout.dialects.reading import attempt_of, digest_of_key, string
from brownout.exchange import Answer, Call, Failure, Headers, Reply, Request, Turn

JSON = "application/json; charset=utf-8"
LIFE = 1800
"""Seconds that a token is good for."""
_REGIONS = {"europe": "eu", "india": "in"}


@dataclass(frozen=True)
class Numbered(Call):
    """A call that posts an activity, with the number that the activity has in its conversation."""

    number: int = 0


def conversation_id(call: Call, id: str) -> str:
    """The conversation that a call names; else a new one, which says where it is kept."""
    region = _REGIONS.get(call.request.host.partition(".")[0], "us")
    return call.conversation or f"{base58('conversation', id, 21)}-{region}"


def token(id: str) -> str:
    """A token that is good for one conversation."""
    return f"ew0KICAi{base58('token', id, 40)}.{base58('signature', id, 40)}"


def activity_id(conversation: str, number: int) -> str:
    """An activity's id: ``CONVERSATION|0000004``, by its number in the conversation."""
    return f"{conversation}|{number:07}"


def activity(conversation: str, number: int, created: int, given: dict[str, Any]) -> dict[str, Any]:
    """An activity as it is handed out: what was posted, with its id, its place and its time."""
    return {
        **given,
        "id": activity_id(conversation, number),
        "timestamp": f"{rfc3339(created)[:-1]}.0000000Z",
        "channelId": "directline",
        "conversation": {"id": conversation},
    }


def bots_message(text: str, reply_to: str) -> dict[str, Any]:
    """The activity by which the bot replies to a message."""
    sender = {"id": "brownout-bot", "name": "brownout-bot"}
    return {"type": "message", "from": sender, "text": text, "inputHint": "acceptingInput", "replyToId": reply_to}


def begun(conversation: str, token: str, socket: str) -> dict[str, Any]:
    """What a conversation's beginning answers; ``socket`` is where its stream of activities would be."""
    begun = {"conversationId": conversation, "token": token, "expires_in": LIFE}
    address = f"{socket}/v3/directline/conversations/{conversation}/stream?watermark=-&t={token}"
    return {**begun, "streamUrl": address, "referenceGrammarId": uuid("grammar", conversation)}


def headers(id: str) -> Headers:
    """What Direct Line sends with every answer, good or bad."""
    return (
        ("content-type", JSON),
        ("cache-control", "no-cache"),
        ("pragma", "no-cache"),
        ("expires", "-1"),
        ("strict-transport-security", "max-age=31536000"),
        ("x-ms-request-id", uuid("request", id)),
    )


def ok(id: str, value: Any, status: int = 200) -> Reply:
    """A healthy JSON answer, with the headers of one."""
    return Reply(status, headers(id), dump(value))


class DirectLineDialect(PlainDialect):
    """Base of Direct Line's services, and itself ``directline.other``: reads and fails as all do."""

    service: str = "directline.other"

    def read(self, request: Request) -> Call:
        """What the request asks for; only an activity says something. Never raises."""
        body = request.json
        sender = body.get("from")
        text = string(body.get("text")) or ""
        return Call(
            service=self.service,
            request=request,
            text=text,
            turns=(Turn("user", text),) if text else (),
            conversation=next(iter(below(request.path, "conversations")), None),
            user=string(sender.get("id")) if isinstance(sender, dict) else None,
            api_key=digest_of_key(request.headers),
            attempt=attempt_of(request.headers),
        )

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A healthy answer: an id and nothing else, which is what a service without a dialect of its own can say."""
        return ok(answer.id, {"id": uuid("directline", answer.id)})

    def failure(self, call: Call, failure: Failure) -> Reply:
        error = directline_errors.error_of(call, failure)
        wait = () if failure.retry_after is None else (("retry-after", whole(failure.retry_after)),)
        body = {"error": {"code": error.code, "message": error.message}, "httpStatusCode": error.status}
        return Reply(error.status, (*headers(failure.id), *wait), dump(body))
