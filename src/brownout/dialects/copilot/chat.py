"""Chat, plain and over a stream of snapshots.

https://learn.microsoft.com/microsoft-365-copilot/extensibility/api/ai-services/chat/copilotconversation-chatoverstream
"""

from __future__ import annotations

from collections.abc import Iterator

from brownout.dialects.base import Pace
from brownout.dialects.copilot import common as copilot
from brownout.dialects.encoding import event
from brownout.dialects.sent import Sent, values_of
from brownout.exchange import Answer, Call, Failure, FailureKind, Reply, Request

SSE = "text/event-stream"
_DECLINED = "Sorry, I can't chat about this. To save the chat and start a fresh one, select New chat."


class CopilotChat(copilot.CopilotDialect):
    """``copilot.chat``: a message in, the conversation out, with what Copilot says to it."""

    service = "copilot.chat"
    pace: Pace = "tokens"

    def read(self, request: Request) -> Call:
        """What the request asks for; the path says whether it is a stream."""
        return copilot.read(self.service, request)

    def answer(self, call: Call, answer: Answer) -> Reply:
        talk = copilot.conversation_of(call, answer).asked(call, answer).told(answer, answer.text)
        return copilot.ok(call, answer.id, copilot.shown(talk, call.request.host))

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a stream."""
        return Reply(200, copilot.headers(call, answer.id, SSE))

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """The caller's message, then the conversation again and again, its last message longer each time."""
        asked = copilot.conversation_of(call, answer).asked(call, answer)
        host, so_far = call.request.host, ""
        yield event(copilot.shown(asked, host))
        for piece in answer.pieces[:-1]:
            so_far += piece
            yield event(copilot.shown(asked.told(Answer(answer.id, answer.created, (), 0), so_far), host))
        yield event(copilot.shown(asked.told(answer, answer.text), host))

    def failure(self, call: Call, failure: Failure) -> Reply:
        """Graph's error; but a refused prompt is a 200, and its conversation is over."""
        if failure.kind is not FailureKind.CONTENT_REFUSED or failure.status is not None:
            return super().failure(call, failure)
        text = _DECLINED if failure.message is None else failure.message
        declined = Answer(failure.id, int(failure.now), (text,), 0, "content_filter")
        if not call.stream:
            return self.answer(call, declined)
        head = self.stream_head(call, declined)
        return Reply(head.status, head.headers, b"".join(self.stream(call, declined)))

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """An error object where a conversation was due."""
        return event(copilot.error_value(call, failure))

    def stream_incomplete(self, call: Call, answer: Answer, sent: Sent) -> bytes:
        """A last snapshot with what Copilot has said so far; with a filter the conversation is over."""
        talk = copilot.conversation_of(call, answer).asked(call, answer)
        ended = answer.finish in ("content_filter", "refusal")
        made = copilot.shown(talk.told(answer, _DECLINED) if ended else talk, call.request.host)
        snapshots = values_of(sent)
        return event(copilot.going_on(snapshots[-1], made, ended) if snapshots else made)
