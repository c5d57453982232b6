"""Responses over a WebSocket: each ``response.create`` is answered as the streamed call that asks for the same."""

from __future__ import annotations

from brownout.dialects.openai import responses_socket as socket
from brownout.exchange import Call
from brownout.standin.recognise import Arrived
from brownout.standin.responder import Responder
from brownout.standin.talk import Later, Spoken


class ResponsesTalk:
    """One connection. What it keeps is kept with the platform's other responses."""

    def __init__(self, responder: Responder, call: Call, id: str, now: int) -> None:
        self._responder, self._call = responder, call

    def opens(self) -> tuple[bytes, ...]:
        """The platform says nothing here: the client speaks first."""
        return ()

    def hears(self, message: bytes, busy: bool, now: int) -> Spoken:
        """A response, or an error message; one after the other."""
        event = socket.event_of(message)
        if event.get("type") != socket.CREATE:
            return Spoken((socket.unknown(event),))
        request = socket.request_of(self._call.request, event)
        arrived = Arrived(self._call.provider, self._call.service, request)
        outcome = self._responder.respond(arrived, now)
        if outcome.events is None:
            return Spoken(later=Later((socket.error(outcome.reply),), (0.0,)))
        messages = socket.messages(outcome.events)
        if event.get("generate") is False:
            messages = socket.warmed_up(messages)
        return Spoken(later=Later(messages, outcome.due[: len(messages)], outcome.keep))

    def cancelled(self) -> tuple[bytes, ...]:
        """Nothing: a client has no way to cancel but to leave."""
        return ()
