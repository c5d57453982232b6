"""Responses: https://platform.openai.com/docs/api-reference/responses and its streaming events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from brownout.dialects.base import Pace
from brownout.dialects.family import family_path_of
from brownout.dialects.openai import common as openai
from brownout.dialects.openai import errors as openai_errors
from brownout.dialects.openai import items as openai_items
from brownout.dialects.openai import responses_socket as openai_responses_socket
from brownout.dialects.openai.response import finished, queued, response, stopped
from brownout.dialects.openai.response_events import events
from brownout.dialects.openai.told import told
from brownout.dialects.reading import digest_of_history, last_said, string
from brownout.dialects.sent import Sent, values_of
from brownout.exchange import Answer, Asked, Call, Failure, FailureKind, Finish, Reply, Request, Shows, Turn

PATH = "/v1/responses"
_LONGEST = "Responses websocket connection limit reached (60 minutes). Create a new websocket connection to continue."
_STREAM_ERROR = (
    "An error occurred while processing your request. You can retry your request, or contact us through our help "
    "center at help.openai.com if the error persists. Please include the request ID {id} in your message."
)


def stored_id(call: Call) -> str | None:
    """The response that a path names: ``/v1/responses/ID`` and what lies below it."""
    rest = family_path_of(call).removeprefix(PATH).strip("/").partition("/")[0]
    return rest or None


def below(call: Call) -> str:
    """What a path asks of a stored response: ``cancel``, ``input_items``, or nothing."""
    return family_path_of(call).removeprefix(PATH).strip("/").partition("/")[2]


def deleted(id: str) -> dict[str, Any]:
    """What a DELETE of a response answers."""
    return {"id": id, "object": "response.deleted", "deleted": True}


def _conversation(call: Call) -> str | None:
    """The conversation, previous or stored response that is named; else a digest of the client's own history."""
    if call.request.method != "POST" or stored_id(call):
        return stored_id(call)
    named = openai_errors.conversation_id(call) or string(call.body.get("previous_response_id"))
    return named or digest_of_history(call.turns)


def _event(kind: str, number: int, fields: dict[str, Any]) -> bytes:
    return openai.event({"type": kind, "sequence_number": number, **fields}, kind)


def broke_off(call: Call, failure: Failure) -> tuple[str, str]:
    """Code and text of a failure after the response had begun."""
    error = openai.error_of(call, failure)
    message = error.message
    if failure.kind is FailureKind.SERVER_ERROR and failure.message is None and call.provider == "openai":
        message = _STREAM_ERROR.format(id=openai.request_id(failure.id))
    return error.code or error.type, message


class OpenAIResponses(openai.OpenAIDialect):
    """``openai.responses``: creating a response, and what is done with a stored one."""

    service = "openai.responses"
    pace: Pace = "tokens"

    def asked(self, call: Call) -> Asked:
        """The function, the form and the length that the caller insists on."""
        return openai.asked(call)

    def read(self, request: Request) -> Call:
        """What the request asks for: ``input`` as a text or as items, ``instructions`` as the system's turn."""
        body = request.json
        turns = openai_items.turns_of_items(body.get("input"))
        if instructions := string(body.get("instructions")):
            turns = (Turn("system", instructions), *turns)
        call = openai.read(self.service, request, turns)
        creates = stored_id(call) is None
        return replace(call, conversation=_conversation(call), text=last_said(turns), stream=call.stream and creates)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A response object; for the paths of a stored response, what each of them answers."""
        id, method = stored_id(call), call.request.method
        if id == "input_tokens" and method == "POST":
            return openai.ok(call, answer, {"object": "response.input_tokens", "input_tokens": answer.input_tokens})
        if id and method == "DELETE":
            return openai.ok(call, answer, deleted(id))
        if id and below(call) == "input_items":
            return openai.ok(call, answer, openai_items.page([], call.request.query))
        waits = id is None and call.body.get("background") is True
        whole = queued(call, answer) if waits else finished(call, answer)
        return openai.ok(call, answer, {**whole, "id": id} if id else whole)

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a stream."""
        return openai.head(call, answer)

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """Every event of a response, each with its ``sequence_number``; no ``[DONE]``."""
        for number, (kind, fields) in enumerate(events(call, answer)):
            yield _event(kind, number, fields)

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """The nested ``error`` event, then ``response.failed``: two events, numbered on from what was sent.

        The failed response is the one that was begun; it shows nothing of what it had said.
        """
        error, (code, message) = openai.error_of(call, failure), broke_off(call, failure)
        body = {"type": error.type, "code": code, "message": message, "param": error.param}
        short = {"code": code, "message": message}
        so_far = told(values_of(sent))
        begun = response(call, failure.id, int(failure.now)) | so_far.response
        failed = begun | {"status": "failed", "error": short, "output": []}
        first = _event("error", so_far.number, {"error": body})
        return first + _event("response.failed", so_far.number + 1, {"response": failed})

    def stream_incomplete(self, call: Call, answer: Answer, sent: Sent) -> bytes:
        """``response.incomplete`` with the reason and all that was said so far, numbered on from what was sent."""
        early: Finish = "length" if answer.finish == "length" else "content_filter"
        answer = replace(answer, finish=early)
        if not sent:
            return b"".join(self.stream(call, answer))
        so_far = told(values_of(sent))
        return _event("response.incomplete", so_far.number, {"response": stopped(call, answer, so_far)})

    def farewell(self, call: Call, failure: Failure) -> tuple[bytes, ...]:
        """The error message of a connection that is over: https://platform.openai.com/docs/guides/websocket-mode."""
        error = {"type": "invalid_request_error", "code": "websocket_connection_limit_reached", "param": None}
        return (
            openai.dump({"type": "error", "status": 400, "error": {**error, "message": failure.message or _LONGEST}}),
        )

    def in_messages(self, call: Call, failure: Failure, shows: Shows, message: bytes) -> tuple[bytes, ...] | None:
        """The error message with its status, or a response that begins and has failed."""
        return openai_responses_socket.refused(self, call, failure, shows, message)
