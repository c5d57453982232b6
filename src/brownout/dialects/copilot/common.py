"""What Copilot's services share on the wire: headers of Microsoft Graph, the conversation, reading a request. Pure.

https://learn.microsoft.com/microsoft-365-copilot/extensibility/api/ai-services/chat/resources/copilotconversation
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from brownout.dialects.base import PlainDialect
from brownout.dialects.copilot import errors as copilot_errors
from brownout.dialects.encoding import dump
from brownout.dialects.headers import hexadecimal, rfc3339, uuid, whole
from brownout.dialects.paths import below
from brownout.dialects.reading import attempt_of, digest_of_key, string
from brownout.exchange import Answer, Call, Failure, Headers, Reply, Request, Turn

JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
MOST_MESSAGES = 20
"""So many messages of a conversation come with an answer, the latest ones."""
_TYPE = "#microsoft.graph.copilotConversationResponseMessage"
_REQUEST_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


@dataclass(frozen=True)
class Message:
    """One message of a conversation, the caller's or Copilot's; ``created`` in Unix seconds."""

    id: str
    text: str
    created: int


@dataclass(frozen=True)
class Conversation:
    """What is known of a conversation; ``created`` in Unix seconds."""

    id: str
    created: int
    name: str = ""
    turns: int = 0
    messages: tuple[Message, ...] = ()
    refused: bool = False

    def asked(self, call: Call, answer: Answer) -> Conversation:
        """The conversation with the caller's message behind the others."""
        message = Message(uuid("prompt", answer.id), call.text, answer.created)
        name, messages = self.name or call.text, (*self.messages, message)[-MOST_MESSAGES:]
        return replace(self, name=name, turns=self.turns + 1, messages=messages)

    def told(self, answer: Answer, text: str) -> Conversation:
        """The conversation with Copilot's message behind the others, as far as it has got."""
        message = Message(uuid("reply", answer.id), text, answer.created)
        refused = self.refused or answer.finish in ("content_filter", "refusal")
        return replace(self, messages=(*self.messages, message)[-MOST_MESSAGES:], refused=refused)


@dataclass(frozen=True)
class Continued(Call):
    """A call with what the platform keeps of its conversation."""

    so_far: Conversation | None = None


def conversation_of(call: Call, answer: Answer) -> Conversation:
    """The conversation that a call continues, as it was before; a new one where nothing is kept of it."""
    if isinstance(call, Continued) and call.so_far:
        return call.so_far
    return Conversation(call.conversation or uuid("conversation", answer.id), answer.created)


def _moment(when: int) -> str:
    return f"{rfc3339(when)[:-1]}.0000000Z"


def shown(conversation: Conversation, host: str) -> dict[str, Any]:
    """A conversation as the API shows it."""
    state = "disengagedForRai" if conversation.refused else "active"
    fields = {
        "@odata.context": f"https://{host}/beta/$metadata#copilot/conversations/$entity",
        "id": conversation.id,
        "createdDateTime": _moment(conversation.created),
        "displayName": conversation.name,
        "state": state,
        "turnCount": conversation.turns,
    }
    return (
        {**fields, "messages": [_message(message) for message in conversation.messages]}
        if conversation.turns
        else fields
    )


def going_on(before: dict[str, Any], made: dict[str, Any], ended: bool) -> dict[str, Any]:
    """The next snapshot of a conversation: as ``before``, or with the last message of one that is ``made``.

    Copilot's message replaces the one that it had begun, and keeps its id.
    """
    if not ended:
        return before
    messages, last = before.get("messages", []), made["messages"][-1]
    *others, begun = messages if len(messages) >= len(made["messages"]) else [*messages, last]
    same = {name: begun[name] for name in ("id", "createdDateTime") if name in begun}
    return {**before, "state": made["state"], "messages": [*others, {**last, **same}]}


def _message(message: Message) -> dict[str, Any]:
    return {
        "@odata.type": _TYPE,
        "id": message.id,
        "text": message.text,
        "createdDateTime": _moment(message.created),
        "adaptiveCards": [],
        "attributions": [],
    }


def headers(call: Call, id: str, content_type: str = JSON) -> Headers:
    """What Graph sends with every answer, good or bad."""
    sent = call.request.headers.get("client-request-id", "")
    mine = uuid("request", id)
    where = '{"ServerInfo":{"DataCenter":"West Europe","Slice":"E","Ring":"5","ScaleUnit":"00%s","RoleInstance":"%s"}}'
    instance = f"AM4PEPF{hexadecimal('role', id, 8).upper()}"
    return (
        ("content-type", content_type),
        ("cache-control", "no-cache"),
        ("strict-transport-security", "max-age=31536000"),
        ("request-id", mine),
        ("client-request-id", sent if _REQUEST_ID.fullmatch(sent) else mine),
        ("x-ms-ags-diagnostic", where % (int(hexadecimal("unit", id, 2), 16) % 9 + 1, instance)),
    )


def ok(call: Call, id: str, value: Any, status: int = 200) -> Reply:
    """A healthy JSON answer, with the headers of one."""
    return Reply(status, (*headers(call, id), ("odata-version", "4.0")), dump(value))


def error_value(call: Call, failure: Failure) -> dict[str, Any]:
    """The error object, with the ids of the request."""
    error = copilot_errors.error_of(call, failure)
    named = dict(headers(call, failure.id))
    ids = {name: named[name] for name in ("request-id", "client-request-id")}
    inner = {"date": rfc3339(failure.now)[:-1], **ids}
    return {"error": {"code": error.code, "message": error.message, "innerError": inner}}


def read(service: str, request: Request) -> Call:
    """The parts of a call. The text of ``additionalContext`` counts as what the caller has said before."""
    body = request.json
    message = body.get("message")
    text = (string(message.get("text")) if isinstance(message, dict) else None) or ""
    context = body.get("additionalContext")
    given = [item.get("text") for item in context if isinstance(item, dict)] if isinstance(context, list) else []
    before = tuple(Turn("system", text) for text in given if isinstance(text, str) and text)
    return Call(
        service=service,
        request=request,
        stream=request.path.rstrip("/").endswith("/chatOverStream"),
        text=text,
        turns=(*before, Turn("user", text)) if text else before,
        conversation=next(iter(below(request.path, "conversations")), None),
        api_key=digest_of_key(request.headers),
        attempt=attempt_of(request.headers),
    )


class CopilotDialect(PlainDialect):
    """Base of Copilot's services, and itself ``copilot.other``: reads what all write alike, fails as Graph fails."""

    service: str = "copilot.other"

    def read(self, request: Request) -> Call:
        """What the request asks for. Never raises."""
        return replace(read(self.service, request), stream=False)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A healthy answer: an id and nothing else, which is what a service without a dialect of its own can say."""
        return ok(call, answer.id, {"id": uuid("graph", answer.id)})

    def failure(self, call: Call, failure: Failure) -> Reply:
        """Graph's error body, with the headers that belong to it."""
        error = copilot_errors.error_of(call, failure)
        wait = () if failure.retry_after is None else (("retry-after", whole(failure.retry_after)),)
        sent = (*headers(call, failure.id, "application/json"), *copilot_errors.headers_of(failure, error), *wait)
        return Reply(error.status, sent, dump(error_value(call, failure)))
