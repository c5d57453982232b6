"""Realtime: the WebSocket, and the secrets that let a browser open it.

https://platform.openai.com/docs/api-reference/realtime
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs

from brownout.dialects.openai import common as openai
from brownout.dialects.openai import errors as openai_errors
from brownout.dialects.openai import realtime_events as say
from brownout.dialects.openai import realtime_session as talk
from brownout.dialects.openai.error import Error
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call, Failure, FailureKind, Reply, Request, Shows

PATH = "/v1/realtime"
_SECRET_LIVES = 600
_EXPIRED = "Your session hit the maximum duration of 60 minutes."
_SERVER_ERROR = (
    "The server had an error while processing your request. Sorry about that! You can retry your request, or contact "
    "us through our help center at help.openai.com if the error persists. (Please include the session ID {id} in your "
    "message.)"
)


class OpenAIRealtime(openai.OpenAIDialect):
    """``openai.realtime``: the handshake, its failures, and the plain calls around it."""

    service = "openai.realtime"

    def read(self, request: Request) -> Call:
        """What the request asks for; the model is in the query of a WebSocket, and in the body of a plain call."""
        call = super().read(request)
        named = parse_qs(request.query).get("model", [""])[0]
        session = talk.object_of(request.json.get("session"))
        return replace(call, model=named or string(session.get("model")) or call.model)

    def answer(self, call: Call, answer: Answer) -> Reply:
        """A session, with the secret that opens it: of its own for ``client_secrets``, inside for ``sessions``."""
        beta = call.request.path.rstrip("/").endswith("sessions")
        given = talk.object_of(call.body.get("session")) or call.body
        settings = {key: value for key, value in given.items() if key not in ("expires_after", "session", "id")}
        session = talk.Session(answer.id, answer.created, call.model or talk.DEFAULT_MODEL, beta, settings)
        expires = answer.created + _SECRET_LIVES
        secret = {"value": f"ek_{answer.id}", "expires_at": expires}
        if beta:
            return openai.ok(call, answer, {**session.shown, "client_secret": secret})
        return openai.ok(call, answer, {**secret, "session": session.shown})

    def farewell(self, call: Call, failure: Failure) -> tuple[bytes, ...]:
        """The error event of a session that is over: https://platform.openai.com/docs/guides/realtime-conversations#session-duration."""
        message = failure.message or _EXPIRED
        made = Error(400, message, code="session_expired")
        return (openai.dump({**say.error(made, None), "event_id": say.event_id(failure.id, 0)}),)

    def in_messages(self, call: Call, failure: Failure, shows: Shows, message: bytes) -> tuple[bytes, ...] | None:
        """The error event that names the client's own event, or a response that has failed."""
        event = talk.event_of(message)
        if event.get("type") != "response.create":
            return None
        id = openai.digest("refused", failure.id, message.decode("utf-8", "replace"), size=16)
        named = f"sess_{id[:21]}"
        made = openai_errors.error_of(call, failure, openai.organization(call), named)
        if failure.kind is FailureKind.SERVER_ERROR and failure.message is None:
            made = replace(made, message=_SERVER_ERROR.format(id=named))
        session = talk.opened(call, id, int(failure.now))
        events = [say.error(made, string(event.get("event_id")))]
        if shows == "failed":
            speech = talk.speech_of(session, talk.object_of(event.get("response")))
            events = say.failed(id, speech, made)
        return tuple(openai.dump({**event, "event_id": say.event_id(id, n)}) for n, event in enumerate(events))
