"""The stand-in's one decision: what to send for a request, and when. No sockets and no clock in here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from brownout.bounded import Bounded
from brownout.dialects import dialect_for
from brownout.dialects.base import Dialect
from brownout.dialects.openai.common import digest
from brownout.dialects.status_page import StatusPage
from brownout.exchange import Answer, Asked, Call, Callback, Failure, Reply
from brownout.orders import Pace
from brownout.standin import answers, pace, tool_use
from brownout.standin.desk import Desk
from brownout.standin.desks.registry import desk_for
from brownout.standin.recognise import Arrived
from brownout.standin.state import MAX_REPEATS
from brownout.standin.work import Steps, at_once
from brownout.status import OPERATIONAL, State
from brownout.tool_use import ToolUse


@dataclass(frozen=True)
class Outcome:
    """What to send. ``due`` says when, in seconds from the request: a moment for each event, or one for a whole reply.

    ``keep`` is to be called before the last part goes out, so that a caller can build on the answer at once.
    """

    reply: Reply
    events: tuple[bytes, ...] | None = None
    due: tuple[float, ...] = (0.0,)
    keep: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Begun:
    """A request that the platform takes. ``steps`` lead to what to send, with what the application said to callbacks.

    Of an answer that is still open, a stream's events up to there.
    """

    call: Call
    steps: Callable[[tuple[Callback, ...]], Steps[Outcome]]

    def outcome(self, callbacks: tuple[Callback, ...]) -> Outcome:
        """What to send, made here and now."""
        return at_once(self.steps(callbacks))


class Responder:
    """All platforms of one stand-in: their desks, seed, pace, and what their status pages say."""

    def __init__(
        self,
        seed: int,
        pacing: Pace,
        pages: Callable[[str], State] = lambda provider: OPERATIONAL,
        tools: ToolUse | None = None,
    ) -> None:
        self.seed = seed
        self.tools = tools
        self.pages = pages
        self.pacing = pacing
        self._repeats: Bounded[str, int] = Bounded(MAX_REPEATS)
        self._desks: dict[str, Desk] = {}

    def desk(self, provider: str) -> Desk:
        """The desk of a platform; opened with its first caller."""
        if provider not in self._desks:
            self._desks[provider] = desk_for(provider)
        return self._desks[provider]

    def respond(self, arrived: Arrived, now: int) -> Outcome:
        """The outcome of a request in Unix second ``now``, without any callbacks."""
        begun = self.begin(arrived, now)
        return begun.outcome(()) if isinstance(begun, Begun) else begun

    def begin(self, arrived: Arrived, now: int) -> Outcome | Begun:
        """The outcome of a request in Unix second ``now`` where nothing is left to ask; else what leads to it."""
        return at_once(self.beginning(arrived, now))

    def beginning(self, arrived: Arrived, now: int) -> Steps[Outcome | Begun]:
        """As ``begin``, in steps that can be done beside the loop."""
        dialect = dialect_for(arrived.service)
        call, id = yield lambda: self._read(dialect, arrived)
        if isinstance(dialect, StatusPage):  # open to everybody, and none of the platform's business
            return Outcome(dialect.page(call, self.pages(arrived.provider), id))
        desk = self.desk(arrived.provider)
        refusal = desk.refusal(arrived, call, id)
        if refusal:
            return Outcome(dialect.failure(call, refusal))
        return Begun(call, partial(self._answer, dialect, desk, call, now, self._nth(id)))

    def _read(self, dialect: Dialect, arrived: Arrived) -> tuple[Call, str]:
        """What a request asks for, and its id. It is read into what it keeps, so that nobody has to read it again."""
        call = dialect.read(arrived.request)
        return call, self._id(call)

    def refuses(self, arrived: Arrived, call: Call) -> Reply | None:
        """What a handshake gets that the platform does not take; None where it opens."""
        refusal = self.desk(arrived.provider).refusal(arrived, call, self._id(call))
        return dialect_for(arrived.service).failure(call, refusal) if refusal else None

    def speaks(self, call: Call, asked: Asked, now: int) -> Answer:
        """An answer's words to a call that was made out of a conversation, which holds all that is remembered."""
        wish = tool_use.wanted(self.seed, self.tools, call, asked)
        return answers.answer(self.seed, call, now, answers.Memory(), self._nth(self._id(call)), wish)

    def moments(self, call: Call, count: int) -> tuple[float, ...]:
        """When each of so many events is due, in seconds from the request."""
        return pace.schedule(self.pacing, self.seed, pace.salt_of(call), count)

    def _answer(
        self, dialect: Dialect, desk: Desk, call: Call, now: int, nth: int, callbacks: tuple[Callback, ...]
    ) -> Steps[Outcome]:
        memory = desk.memory(call) or answers.Memory()
        call = desk.recalled(call)
        answer, salt = yield lambda: self._words(dialect, call, now, memory, nth, callbacks)
        answered = desk.said(call, answer)
        if isinstance(answered, Failure):
            return Outcome(dialect.failure(call, answered))
        if answered is not None:
            return Outcome(answered)

        def keep() -> None:
            if not answer.open:
                desk.keep(call, answer)

        made: Outcome = yield lambda: self._made(dialect, call, answer, salt)
        return replace(made, keep=keep)

    def _words(
        self, dialect: Dialect, call: Call, now: int, memory: answers.Memory, nth: int, callbacks: tuple[Callback, ...]
    ) -> tuple[Answer, str]:
        """What the model says, and what the moments are drawn by at which it does."""
        asked = tool_use.wanted(self.seed, self.tools, call, dialect.asked(call), callbacks)
        return answers.answer(self.seed, call, now, memory, nth, asked, callbacks), pace.salt_of(call)

    def _made(self, dialect: Dialect, call: Call, answer: Answer, salt: str) -> Outcome:
        """The answer as its platform puts it, but for what is to be kept of it."""
        if call.stream:
            events = tuple(dialect.stream(call, answer))
            due = pace.schedule(self.pacing, self.seed, salt, len(events))
            return Outcome(dialect.stream_head(call, answer), events, due)
        due = self._whole(dialect, call, salt, answer.output_tokens)
        return Outcome(dialect.answer(call, answer), None, due)

    def _whole(self, dialect: Dialect, call: Call, salt: str, tokens: int) -> tuple[float, ...]:
        """A plain answer takes as long as its stream would; what needs no words takes no time."""
        if dialect.pace == "tokens" and call.request.method == "POST":
            return pace.schedule(self.pacing, self.seed, salt, tokens)[-1:] or (0.0,)
        return (pace.first(self.pacing, self.seed, salt),) if dialect.pace == "once" else (0.0,)

    def _nth(self, key: str) -> int:
        """How often the same call came before; counts this one."""
        count = self._repeats.get(key) or 0
        self._repeats.put(key, count + 1)
        return count

    def _id(self, call: Call) -> str:
        request = call.request
        body = request.body.decode("utf-8", "surrogateescape")
        return digest(str(self.seed), request.method, request.host, request.path, request.query, body, size=16)
