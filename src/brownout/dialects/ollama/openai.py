"""The paths under ``/v1`` where Ollama speaks as OpenAI does: https://docs.ollama.com/api/openai-compatibility."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from brownout.dialects.listing import listed
from brownout.dialects.ollama import errors as ollama_errors
from brownout.dialects.ollama.common import OllamaDialect
from brownout.dialects.ollama.models import MODELS
from brownout.dialects.openai import common as openai
from brownout.dialects.openai.chat import DONE, OpenAIChat
from brownout.dialects.openai.embeddings import OpenAIEmbeddings
from brownout.dialects.sent import Sent
from brownout.exchange import Answer, Call, Failure, Reply

_TYPES = {400: "invalid_request_error", 404: "not_found_error"}


def _error(call: Call, failure: Failure) -> tuple[int, dict[str, Any]]:
    error = ollama_errors.error_of(call, failure)
    type = _TYPES.get(error.status, "api_error")
    return error.status, {"error": {"message": error.message, "type": type, "param": None, "code": None}}


def _failure(call: Call, failure: Failure) -> Reply:
    status, body = _error(call, failure)
    return _json(body, status)


def _json(value: Any, status: int = 200) -> Reply:
    return Reply(status, (("content-type", openai.JSON),), openai.dump(value))


def _bare(value: dict[str, Any]) -> dict[str, Any]:
    """Without what only OpenAI itself adds to a completion."""
    fields = {name: item for name, item in value.items() if name not in ("obfuscation", "service_tier")}
    return {**fields, "system_fingerprint": "fp_ollama"}


def _bare_event(event: bytes) -> bytes:
    return event if event == DONE else openai.event(_bare(json.loads(event.removeprefix(b"data: "))))


def _model(name: str, answer: Answer) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": answer.created, "owned_by": "library"}


class OllamaOpenAIChat(OpenAIChat):
    """``ollama.openai_chat``: chat completions, with Ollama's errors."""

    service = "ollama.openai_chat"

    def answer(self, call: Call, answer: Answer) -> Reply:
        return _json(_bare(json.loads(super().answer(call, answer).body)))

    def stream_head(self, call: Call, answer: Answer) -> Reply:
        """Status and headers of a stream."""
        return Reply(200, (("content-type", "text/event-stream"),))

    def stream(self, call: Call, answer: Answer) -> Iterator[bytes]:
        """The chunks of a completion, and ``[DONE]``."""
        yield from map(_bare_event, super().stream(call, answer))

    def failure(self, call: Call, failure: Failure) -> Reply:
        return _failure(call, failure)

    def stream_failure(self, call: Call, failure: Failure, sent: Sent) -> bytes:
        """An error object where a chunk was due."""
        return openai.event(_error(call, failure)[1])

    def stream_incomplete(self, call: Call, answer: Answer, sent: Sent) -> bytes:
        """The last chunks of a completion, and ``[DONE]``."""
        made = super().stream_incomplete(call, answer, sent)
        return b"".join(map(_bare_event, (event + b"\n\n" for event in made.split(b"\n\n") if event)))


class OllamaOpenAIEmbeddings(OpenAIEmbeddings):
    """``ollama.openai_embeddings``: embeddings, with Ollama's errors."""

    service = "ollama.openai_embeddings"

    def answer(self, call: Call, answer: Answer) -> Reply:
        reply = super().answer(call, answer)
        return Reply(reply.status, (("content-type", openai.JSON),), reply.body)

    def failure(self, call: Call, failure: Failure) -> Reply:
        return _failure(call, failure)


class OllamaOpenAIModels(OllamaDialect):
    """``ollama.openai_models``: the models that Ollama has, as OpenAI lists them, with Ollama's errors."""

    service = "ollama.openai_models"

    def answer(self, call: Call, answer: Answer) -> Reply:
        """All models, or the one that the path names."""
        named = call.request.path.rstrip("/").removeprefix("/v1/models").strip("/")
        if named:
            return _json(_model(named, answer))
        known = listed(answer, MODELS, lambda name: _model(name, answer))
        return _json({"object": "list", "data": known})

    def failure(self, call: Call, failure: Failure) -> Reply:
        return _failure(call, failure)
