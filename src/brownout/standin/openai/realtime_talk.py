"""A Realtime session of the stand-in: it remembers the conversation, and answers it as every other service does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from brownout.dialects.openai import common as openai
from brownout.dialects.openai import realtime_events as say
from brownout.dialects.openai import realtime_session as session
from brownout.dialects.openai.error import Error
from brownout.dialects.openai.realtime_events import Event, Speech
from brownout.dialects.reading import string
from brownout.exchange import Answer, Call
from brownout.standin.responder import Responder
from brownout.standin.talk import Later, Spoken

_BUSY = (
    "Conversation already has an active response in progress: {id}. Wait until the response is finished before "
    "creating a new one."
)
_IDLE = "Cancellation failed: no active response found"


class RealtimeTalk:
    """One session, from ``session.created`` on."""

    def __init__(self, responder: Responder, call: Call, id: str, now: int) -> None:
        self._responder, self._call = responder, call
        self._session = session.opened(call, id, now)
        self._said = self._heard = 0
        self._answer: tuple[str, Speech] = ("", Speech())

    def _messages(self, events: Iterable[Event]) -> tuple[bytes, ...]:
        messages = []
        for event in events:
            id = say.event_id(self._session.id, self._said)
            self._said += 1
            messages.append(openai.dump({"type": event["type"], "event_id": id, **event}))
        return tuple(messages)

    def _error(self, event: Event, message: str, code: str) -> Spoken:
        made = Error(400, message, code=code)
        return Spoken(self._messages([say.error(made, string(event.get("event_id")))]))

    def opens(self) -> tuple[bytes, ...]:
        return self._messages([{"type": "session.created", "session": self._session.shown}])

    def hears(self, message: bytes, busy: bool, now: int) -> Spoken:
        """What one message leads to, in Unix second ``now``; ``busy`` while an answer is under way."""
        self._heard += 1
        event = session.event_of(message)
        heard = session.hear(self._session, event, openai.digest(self._session.id, str(self._heard), size=16))
        self._session = heard.session
        if heard.cancels:
            return Spoken(cancels=True) if busy else self._error(event, _IDLE, "response_cancel_not_active")
        if heard.asks is None:
            return Spoken(self._messages(heard.events))
        if busy:
            text = _BUSY.format(id=f"resp_{self._answer[0]}")
            return self._error(event, text, "conversation_already_has_active_response")
        return Spoken(later=self._answers(heard.asks, now))

    def _answers(self, asks: dict[str, Any], now: int) -> Later:
        call = session.call_of(self._session, self._call, asks)
        spoken = self._responder.speaks(call, openai.asked(call), now)
        answer = replace(spoken, id=openai.digest(self._session.id, spoken.id, str(self._heard), size=16))
        speech = session.speech_of(self._session, asks)
        self._answer = (answer.id, speech)
        messages = self._messages(say.answered(answer, speech, self._session.last_item))
        return Later(messages, self._responder.moments(call, len(messages)), lambda: self._keep(answer, speech))

    def _keep(self, answer: Answer, speech: Speech) -> None:
        if speech.conversation is not None:
            self._session = self._session.with_item(say.output_item(answer, speech))

    def cancelled(self) -> tuple[bytes, ...]:
        """The response that was under way is over."""
        return self._messages([say.cancelled(*self._answer)])
