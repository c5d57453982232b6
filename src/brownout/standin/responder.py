"""The stand-in's one decision: what to send for a request, and when. No sockets and no clock in here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from brownout import canary
from brownout.dialects import dialect_for, openai_responses
from brownout.dialects.base import Dialect
from brownout.dialects.openai import digest
from brownout.dialects.openai_models import MODELS, model_id
from brownout.exchange import Call, Failure, FailureKind, Reply
from brownout.orders import Pace
from brownout.standin import answers, pace
from brownout.standin.openai_history import OpenAIHistory
from brownout.standin.recognise import Arrived, has_key, unreadable
from brownout.standin.state import State

_TALKS = ("openai.chat", "openai.responses", "anthropic.messages")
_NEEDS_MODEL = (*_TALKS, "openai.embeddings")
_COMPUTES = ("openai.embeddings", "openai.images")
_MODEL_FAMILIES = ("chatgpt-", "codex-", "computer-use-", "dall-e-", "ft:", "gpt-", "o1", "o3", "o4", "omni-", "text-")
_NO_MODEL = {"openai": "you must provide a model parameter", "anthropic": "model: Field required"}


@dataclass(frozen=True)
class Outcome:
    """What to send. ``due`` says when, in seconds from the request: a moment for each event, or one for a whole reply.

    ``keep`` is to be called before the last part goes out, so that a caller can build on the answer at once.
    """

    reply: Reply
    events: tuple[bytes, ...] | None = None
    due: tuple[float, ...] = (0.0,)
    keep: Callable[[], None] = lambda: None


class Responder:
    """All platforms of one stand-in: state, seed and pace."""

    def __init__(self, seed: int, pacing: Pace) -> None:
        self.seed = seed
        self.pacing = pacing
        self.state = State()
        self.history = OpenAIHistory(self.state)

    def respond(self, arrived: Arrived, now: int) -> Outcome:
        """The outcome of a request in Unix second ``now``."""
        dialect = dialect_for(arrived.service)
        call = dialect.read(arrived.request)
        refusal = self._refusal(arrived, call)
        if refusal:
            return Outcome(dialect.failure(call, refusal))
        return self._answer(dialect, call, now)

    def _refusal(self, arrived: Arrived, call: Call) -> Failure | None:
        """What the platform says no to before it looks any further."""
        id = self._id(call)
        if not has_key(arrived.request):
            return Failure(FailureKind.INVALID_REQUEST, id, status=401)
        if arrived.other_method:
            return Failure(FailureKind.INVALID_REQUEST, id, status=405)
        if arrived.service.endswith(".other") or _unknown_model(call):
            return Failure(FailureKind.NOT_FOUND, id)
        if unreadable(arrived):
            return Failure(FailureKind.INVALID_REQUEST, id)
        if _lacks_model(call):
            return Failure(FailureKind.INVALID_REQUEST, id, message=_NO_MODEL[arrived.provider])
        if self.history.memory(call) is None:
            return Failure(FailureKind.HISTORY_MISSING, id)
        return None

    def _answer(self, dialect: Dialect, call: Call, now: int) -> Outcome:
        memory = self.history.memory(call) or answers.Memory()
        answer = answers.answer(self.seed, call, now, memory, self.state.nth(self._id(call)))
        said = self.history.said(call, answer)
        if isinstance(said, Failure):
            return Outcome(dialect.failure(call, said))
        if said is not None:
            return Outcome(said)
        salt = canary.find(call.text) or call.text

        def keep() -> None:
            self.history.keep(call, answer)

        if call.stream:
            events = tuple(dialect.stream(call, answer))
            due = pace.schedule(self.pacing, self.seed, salt, len(events))
            return Outcome(dialect.stream_head(call, answer), events, due, keep)
        return Outcome(dialect.answer(call, answer), None, self._whole(call, salt, answer.output_tokens), keep)

    def _whole(self, call: Call, salt: str, tokens: int) -> tuple[float, ...]:
        """A plain answer takes as long as its stream would; what needs no words takes no time."""
        if call.service in _TALKS and call.request.method == "POST":
            return pace.schedule(self.pacing, self.seed, salt, tokens)[-1:] or (0.0,)
        return (pace.first(self.pacing, self.seed, salt),) if call.service in _COMPUTES else (0.0,)

    def _id(self, call: Call) -> str:
        request = call.request
        body = request.body.decode("utf-8", "surrogateescape")
        return digest(str(self.seed), request.method, request.host, request.path, request.query, body, size=16)


def _lacks_model(call: Call) -> bool:
    if call.service == "openai.responses" and openai_responses.stored_id(call):
        return False
    return call.request.method == "POST" and call.service in _NEEDS_MODEL and call.model is None


def _unknown_model(call: Call) -> bool:
    """Whether a model is asked about that OpenAI cannot have; a name of one of its families is taken for known."""
    id = model_id(call) if call.service == "openai.models" else None
    return id is not None and id not in MODELS and not id.startswith(_MODEL_FAMILIES)
