"""Faults are tested on real calls, with the real voice of the provider."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from brownout.dialects import Voice, dialect_for
from brownout.exchange import Call, Request
from brownout.faults import Fault, Strike
from brownout.rule import Rule, rule_of

MESSAGES = [{"role": "user", "content": "Where is my parcel?"}]
WHERE = {
    "directline.conversations": ("POST", "directline.botframework.com", "/v3/directline/conversations"),
    "openai.assistants": ("POST", "api.openai.com", "/v1/threads"),
    "openai.chat": ("POST", "api.openai.com", "/v1/chat/completions"),
    "openai.conversations": ("GET", "api.openai.com", "/v1/conversations/conv_1/items"),
    "openai.embeddings": ("POST", "api.openai.com", "/v1/embeddings"),
    "openai.images": ("POST", "api.openai.com", "/v1/images/generations"),
    "openai.responses": ("POST", "api.openai.com", "/v1/responses"),
    "anthropic.messages": ("POST", "api.anthropic.com", "/v1/messages"),
}
NOW = 1_763_000_000.0


@pytest.fixture
def call_for() -> Callable[..., Call]:
    """A call that a dialect read: service, body keys, and what differs from the usual."""

    def make(
        service: str = "openai.chat",
        method: str | None = None,
        path: str | None = None,
        headers: Mapping[str, str] | None = None,
        **body: Any,
    ) -> Call:
        usual_method, host, usual_path = WHERE[service]
        content = {"model": "some-model", "messages": MESSAGES, "input": MESSAGES[0]["content"], **body}
        request = Request(
            method or usual_method, host, path or usual_path, headers=headers or {}, body=json.dumps(content).encode()
        )
        return dialect_for(service).read(request)

    return make


@pytest.fixture
def strike_for(call_for: Callable[..., Call]) -> Callable[..., Strike]:
    """A strike on such a call."""

    def make(
        service: str = "openai.chat",
        stream: bool = False,
        speed: float = 1.0,
        draw: float = 0.5,
        bucket_reset: float | None = None,
        bucket_limit: int | None = None,
        call: Call | None = None,
    ) -> Strike:
        struck = call or call_for(service, stream=stream)
        return Strike(
            call=struck,
            platform=Voice(struck, now=NOW),
            id="0f" * 16,
            uniform=lambda name: draw,
            speed=speed,
            bucket_reset=bucket_reset,
            bucket_limit=bucket_limit,
        )

    return make


@pytest.fixture
def rule_for() -> Callable[..., Rule]:
    """A rule as a scenario makes it from the keys of its YAML."""

    def make(fault: str, on: str = "openai.*", **settings: Any) -> Rule:
        return rule_of(fault, {"fault": fault, "on": on, **settings})

    return make


@pytest.fixture
def fault_for(rule_for: Callable[..., Rule]) -> Callable[..., Fault]:
    """The fault of such a rule."""

    def make(fault: str, on: str = "openai.*", **settings: Any) -> Fault:
        return rule_for(fault, on, **settings).kind

    return make
