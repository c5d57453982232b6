"""One call to each service of the table, plain and streamed, as its platform's own clients would send it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fidelity.clients import Ask

CELL = "x-brownout-cell"
"""The header by which one proxy, playing all cases at once, knows which is meant."""
SAID = "Hello there"
_MESSAGES = [{"role": "user", "content": SAID}]
_SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
_FUNCTION = {"name": "weather", "description": "The weather in a city.", "parameters": _SCHEMA}
_TOOLS = [{"type": "function", "function": _FUNCTION}]
"""Offered, never forced: a healthy answer uses none."""
_BEARER = {"authorization": "Bearer sk-test-0001", "accept": "application/json"}
_SIGNED = (
    "AWS4-HMAC-SHA256 Credential=AKIATEST000000000001/20260203/us-east-1/bedrock/aws4_request, "
    "SignedHeaders=host, Signature=00"
)


@dataclass(frozen=True)
class Service:
    """How one service is called. ``stream`` is the path of a streamed call where it is another one."""

    host: str
    path: str
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=lambda: _BEARER)
    stream: str = ""
    switch: str = "stream"
    """The key of the body that asks for a stream; empty where the path does."""

    def ask(self, case: str, stream: bool, prefix: str = "", here: str = "") -> Ask:
        """The request; with a prefix and the proxy's own address, as a base-URL client sends it."""
        body = {**self.body, **({self.switch: stream} if self.switch else {})}
        path = self.stream if stream and self.stream else self.path
        headers = {"content-type": "application/json", **self.headers, CELL: case}
        return Ask("POST", here or self.host, prefix + path, headers, json.dumps(body).encode())


def _chat(host: str, path: str, model: str, headers: Mapping[str, str] | None = None) -> Service:
    return Service(host, path, {"model": model, "messages": _MESSAGES, "tools": _TOOLS}, headers or _BEARER)


_GEMINI = {
    "contents": [{"role": "user", "parts": [{"text": SAID}]}],
    "tools": [{"functionDeclarations": [_FUNCTION]}],
}
_GEMINI_KEY = {"x-goog-api-key": "test-0001", "accept": "*/*"}
_CONVERSE = {
    "messages": [{"role": "user", "content": [{"text": SAID}]}],
    "toolConfig": {"tools": [{"toolSpec": {"name": "weather", "inputSchema": {"json": _SCHEMA}}}]},
}
_CLAUDE_TOOLS = [{"name": "weather", "input_schema": _SCHEMA}]
_CLAUDE = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 256,
    "messages": _MESSAGES,
    "tools": _CLAUDE_TOOLS,
}
_BEDROCK = {"authorization": _SIGNED, "accept": "*/*"}
_NOVA, _HAIKU = "/model/amazon.nova-lite-v1%3A0", "/model/anthropic.claude-3-haiku-20240307-v1%3A0"
_VERTEX = "/v1/projects/p/locations/us-central1/publishers/google/models/gemini-2.5-flash"

SERVICES: dict[str, Service] = {
    "anthropic.messages": Service(
        "api.anthropic.com",
        "/v1/messages",
        {"model": "claude-sonnet-4-5", "max_tokens": 256, "messages": _MESSAGES, "tools": _CLAUDE_TOOLS},
        {"x-api-key": "sk-test-0001", "anthropic-version": "2023-06-01", "accept": "application/json"},
    ),
    "azure.chat": _chat(
        "resource.openai.azure.com",
        "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
        "gpt-4o",
        {"api-key": "test-0001", "accept": "application/json"},
    ),
    "bedrock.converse": Service(
        "bedrock-runtime.us-east-1.amazonaws.com",
        f"{_NOVA}/converse",
        _CONVERSE,
        _BEDROCK,
        f"{_NOVA}/converse-stream",
        "",
    ),
    "bedrock.invoke": Service(
        "bedrock-runtime.us-east-1.amazonaws.com",
        f"{_HAIKU}/invoke",
        _CLAUDE,
        _BEDROCK,
        f"{_HAIKU}/invoke-with-response-stream",
        "",
    ),
    "cohere.chat": _chat("api.cohere.com", "/v2/chat", "command-a-03-2025"),
    "deepseek.chat": _chat("api.deepseek.com", "/v1/chat/completions", "deepseek-chat"),
    "gemini.generate": Service(
        "generativelanguage.googleapis.com",
        "/v1beta/models/gemini-2.5-flash:generateContent",
        _GEMINI,
        _GEMINI_KEY,
        "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
        "",
    ),
    "mistral.chat": _chat("api.mistral.ai", "/v1/chat/completions", "mistral-small-latest"),
    "ollama.chat": _chat("ollama.com", "/api/chat", "llama3.2"),
    "openai.chat": _chat("api.openai.com", "/v1/chat/completions", "gpt-4o-mini"),
    "openai.responses": Service(
        "api.openai.com",
        "/v1/responses",
        {"model": "gpt-4o-mini", "input": SAID, "tools": [{"type": "function", **_FUNCTION}]},
    ),
    "openrouter.chat": _chat("openrouter.ai", "/api/v1/chat/completions", "openai/gpt-4o-mini"),
    "perplexity.chat": _chat("api.perplexity.ai", "/chat/completions", "sonar"),
    "vertex.generate": Service(
        "us-central1-aiplatform.googleapis.com",
        f"{_VERTEX}:generateContent",
        _GEMINI,
        {"authorization": "Bearer test-0001", "accept": "*/*"},
        f"{_VERTEX}:streamGenerateContent?alt=sse",
        "",
    ),
    "xai.chat": _chat("api.x.ai", "/v1/chat/completions", "grok-4"),
}
