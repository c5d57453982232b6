"""A call of every dialect that is registered."""

from __future__ import annotations

import json
from typing import Any

from brownout.dialects import DIALECTS, dialect_for
from brownout.exchange import Answer, Call, Finish, Request
from brownout.services import PROVIDERS

VERTEX = "/v1/projects/some-project/locations/global/publishers/google/models"
PATHS = {
    "anthropic.batches": ("GET", "/v1/messages/batches"),
    "anthropic.count_tokens": ("POST", "/v1/messages/count_tokens"),
    "anthropic.files": ("GET", "/v1/files"),
    "anthropic.messages": ("POST", "/v1/messages"),
    "anthropic.models": ("GET", "/v1/models"),
    "anthropic.status": ("GET", "/api/v2/summary.json"),
    "azure.chat": ("POST", "/openai/deployments/some-deployment/chat/completions"),
    "bedrock.converse": ("POST", "/model/amazon.nova-lite-v1%3A0/converse-stream"),
    "bedrock.invoke": ("POST", "/model/some.claude-or-other-v1%3A0/invoke-with-response-stream"),
    "bedrock.models": ("GET", "/foundation-models"),
    "cohere.chat": ("POST", "/v2/chat"),
    "cohere.embeddings": ("POST", "/v2/embed"),
    "cohere.models": ("GET", "/v1/models"),
    "cohere.rerank": ("POST", "/v2/rerank"),
    "copilot.chat": ("POST", "/beta/copilot/conversations/some-conversation/chatOverStream"),
    "copilot.conversations": ("POST", "/beta/copilot/conversations"),
    "directline.activities": ("POST", "/v3/directline/conversations/some-conversation/activities"),
    "directline.conversations": ("GET", "/v3/directline/conversations/some-conversation"),
    "directline.tokens": ("POST", "/v3/directline/tokens/generate"),
    "gemini.count_tokens": ("POST", "/v1beta/models/gemini-2.5-flash:countTokens"),
    "gemini.embeddings": ("POST", "/v1beta/models/gemini-embedding-001:batchEmbedContents"),
    "gemini.files": ("GET", "/v1beta/files"),
    "gemini.generate": ("POST", "/v1beta/models/gemini-2.5-flash:streamGenerateContent"),
    "gemini.models": ("GET", "/v1beta/models"),
    "mistral.chat": ("POST", "/v1/chat/completions"),
    "mistral.embeddings": ("POST", "/v1/embeddings"),
    "mistral.fim": ("POST", "/v1/fim/completions"),
    "mistral.models": ("GET", "/v1/models"),
    "ollama.chat": ("POST", "/api/chat"),
    "ollama.embeddings": ("POST", "/api/embed"),
    "ollama.generate": ("POST", "/api/generate"),
    "ollama.models": ("GET", "/api/tags"),
    "ollama.openai_chat": ("POST", "/v1/chat/completions"),
    "ollama.openai_embeddings": ("POST", "/v1/embeddings"),
    "ollama.openai_models": ("GET", "/v1/models"),
    "openai.assistants": ("POST", "/v1/threads/thread_1/runs"),
    "openai.audio": ("POST", "/v1/audio/transcriptions"),
    "openai.batches": ("POST", "/v1/batches"),
    "openai.chat": ("POST", "/v1/chat/completions"),
    "openai.conversations": ("POST", "/v1/conversations"),
    "openai.embeddings": ("POST", "/v1/embeddings"),
    "openai.files": ("GET", "/v1/files"),
    "openai.fine_tuning": ("POST", "/v1/fine_tuning/jobs"),
    "openai.images": ("POST", "/v1/images/generations"),
    "openai.login": ("POST", "/oauth/token"),
    "openai.models": ("GET", "/v1/models"),
    "openai.moderations": ("POST", "/v1/moderations"),
    "openai.realtime": ("POST", "/v1/realtime/client_secrets"),
    "openai.responses": ("POST", "/v1/responses"),
    "openai.status": ("GET", "/api/v2/summary.json"),
    "openai.vector_stores": ("POST", "/v1/vector_stores"),
    "openrouter.chat": ("POST", "/api/v1/chat/completions"),
    "openrouter.messages": ("POST", "/api/v1/messages"),
    "perplexity.async": ("POST", "/async/chat/completions"),
    "perplexity.chat": ("POST", "/chat/completions"),
    "perplexity.search": ("POST", "/search"),
    "vertex.count_tokens": ("POST", f"{VERTEX}/gemini-2.5-flash:countTokens"),
    "vertex.embeddings": ("POST", f"{VERTEX}/text-embedding-005:predict"),
    "vertex.generate": ("POST", f"{VERTEX}/gemini-2.5-flash:streamGenerateContent"),
    "vertex.models": ("GET", "/v1beta1/publishers/google/models"),
    "whatsapp.media": ("GET", "/v25.0/1037543291543636"),
    "whatsapp.messages": ("POST", "/v25.0/106540352242922/messages"),
    "whatsapp.numbers": ("GET", "/v25.0/106540352242922"),
}
HOSTS = {provider.name: provider.main_host for provider in PROVIDERS}
BODY = {"model": "some-model", "messages": [{"role": "user", "content": "Hello"}], "input": "Hello", "prompt": "Hello"}

WORDS = tuple(f" word{number}" for number in range(24))


_LONG = Answer("ab" * 16, 1_763_000_000, WORDS, 8)


def begun(call: Call, count: int, answer: Answer = _LONG) -> tuple[bytes, ...]:
    """The first events of a healthy answer to a call."""
    return tuple(dialect_for(call.service).stream(call, answer))[:count]


def early(finish: Finish = "length") -> Answer:
    """What a dialect gets for the end of an answer that stopped early."""
    return Answer("cd" * 16, 1_763_000_009, (), 8, finish)


def request_for(name: str, body: bytes, headers: dict[str, str] | None = None) -> Request:
    method, path = PATHS.get(name, ("POST", "/v1/something/else"))
    return Request(method, HOSTS[name.partition(".")[0]], path, headers=headers or {}, body=body)


def call_for(name: str, **body: Any) -> Call:
    return DIALECTS[name].read(request_for(name, json.dumps({**BODY, **body}).encode()))


STREAMED = [name for name in sorted(DIALECTS) if call_for(name, stream=True).stream]
