"""The official Python SDKs, each called once, with no retries of its own: what comes out of it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fidelity.calls import CELL, SAID

TIMEOUT = 30.0
"""Seconds that an SDK waits where something must come."""
SHORT = 1.5
"""Seconds that it waits where nothing will."""
_MESSAGES: Any = [{"role": "user", "content": SAID}]


@dataclass(frozen=True)
class Try:
    """Where and how to call: the proxy's URL, the case's name as a header, streamed or not, how long to wait."""

    url: str
    case: str
    stream: bool
    timeout: float

    @property
    def headers(self) -> dict[str, str]:
        """What tells the proxy which case is meant."""
        return {CELL: self.case}


def _openai(one: Try) -> Any:
    import openai

    return openai.OpenAI(
        api_key="sk-test-0001",
        base_url=f"{one.url}/openai/v1",
        max_retries=0,
        timeout=one.timeout,
        default_headers=one.headers,
    )


def openai_chat(one: Try) -> None:
    """Chat completions."""
    with _openai(one) as client:
        answer = client.chat.completions.create(model="gpt-4o-mini", messages=_MESSAGES, stream=one.stream)
        if one.stream:
            list(answer)


def openai_responses(one: Try) -> None:
    """Responses."""
    with _openai(one) as client:
        answer = client.responses.create(model="gpt-4o-mini", input=SAID, stream=one.stream)
        if one.stream:
            list(answer)


def anthropic_messages(one: Try) -> None:
    """Messages."""
    import anthropic

    with anthropic.Anthropic(
        api_key="sk-test-0001",
        base_url=f"{one.url}/anthropic",
        max_retries=0,
        timeout=one.timeout,
        default_headers=one.headers,
    ) as client:
        answer: Any = client.messages.create(
            model="claude-haiku-4-5",
            max_tokens=256,
            messages=_MESSAGES,
            stream=one.stream,
        )
        if one.stream:
            list(answer)


def google_genai(one: Try) -> None:
    """Gemini."""
    from google import genai

    options: Any = {"base_url": f"{one.url}/gemini", "headers": one.headers, "timeout": int(one.timeout * 1000)}
    client = genai.Client(api_key="test-0001", http_options=options)
    with contextlib.ExitStack() as stack:
        close = getattr(client, "close", None)
        if close is not None:
            stack.callback(close)
        if one.stream:
            list(client.models.generate_content_stream(model="gemini-2.5-flash", contents=SAID))
        else:
            client.models.generate_content(model="gemini-2.5-flash", contents=SAID)


def mistralai(one: Try) -> None:
    """Mistral's chat."""
    from mistralai.client import Mistral

    with Mistral(api_key="test-0001", server_url=f"{one.url}/mistral", timeout_ms=int(one.timeout * 1000)) as client:
        settings: Any = {"model": "mistral-small-latest", "messages": _MESSAGES, "http_headers": one.headers}
        if one.stream:
            with client.chat.stream(**settings) as events:
                list(events)
        else:
            client.chat.complete(**settings)


def cohere_chat(one: Try) -> None:
    """Cohere's chat, version 2."""
    import cohere
    import httpx

    with httpx.Client(timeout=one.timeout, trust_env=False) as transport:
        client = cohere.ClientV2(api_key="test-0001", base_url=f"{one.url}/cohere", httpx_client=transport)
        options: Any = {"additional_headers": one.headers, "max_retries": 0}
        settings: Any = {"model": "command-a-03-2025", "messages": _MESSAGES, "request_options": options}
        if one.stream:
            list(client.chat_stream(**settings))
        else:
            client.chat(**settings)


def boto3_converse(one: Try) -> None:
    """Bedrock's Converse."""
    import boto3
    from botocore.config import Config

    session = boto3.Session(
        aws_access_key_id="AKIATEST000000000001", aws_secret_access_key="test", region_name="us-east-1"
    )
    config = Config(
        connect_timeout=one.timeout, read_timeout=one.timeout, retries={"total_max_attempts": 1, "mode": "standard"}
    )
    client = session.client("bedrock-runtime", endpoint_url=f"{one.url}/bedrock", config=config)

    def mark(request: Any, **_: Any) -> None:
        request.headers[CELL] = one.case

    client.meta.events.register("before-send.bedrock-runtime.*", mark)
    settings: Any = {"modelId": "amazon.nova-lite-v1:0", "messages": [{"role": "user", "content": [{"text": SAID}]}]}
    with contextlib.closing(client):
        if one.stream:
            list(client.converse_stream(**settings)["stream"])
        else:
            client.converse(**settings)["output"]["message"]["content"][0]


def ollama_chat(one: Try) -> None:
    """Ollama's chat."""
    import ollama

    client = ollama.Client(host=f"{one.url}/ollama", headers=one.headers, timeout=one.timeout)
    try:
        settings: Any = {"model": "llama3.2", "messages": _MESSAGES, "stream": one.stream}
        answer: Any = client.chat(**settings)
        if one.stream:
            list(answer)
    finally:
        client._client.close()


SDKS: dict[str, tuple[str, Callable[[Try], None]]] = {
    "openai chat": ("openai.chat", openai_chat),
    "openai responses": ("openai.responses", openai_responses),
    "anthropic": ("anthropic.messages", anthropic_messages),
    "google-genai": ("gemini.generate", google_genai),
    "mistralai": ("mistral.chat", mistralai),
    "cohere": ("cohere.chat", cohere_chat),
    "boto3": ("bedrock.converse", boto3_converse),
    "ollama": ("ollama.chat", ollama_chat),
}
"""Name in the table → the service that it calls, and how."""


def named(error: BaseException) -> str:
    """The class of an exception with the package it comes from: ``openai.APIError``, ``httpx.ReadError``."""
    package = type(error).__module__.partition(".")[0].replace("httpx2", "httpx")
    own = package in ("builtins", "json") or isinstance(error, json.JSONDecodeError)
    code = getattr(error, "response", None)
    said = code.get("Error", {}).get("Code") if isinstance(code, dict) else None
    name = type(error).__name__ if own else f"{package}.{type(error).__name__}"
    return f"{name} ({said})" if said else name


def comes_out(sdk: str, one: Try) -> str:
    """``an answer``, or the exception."""
    try:
        SDKS[sdk][1](one)
    except Exception as error:  # whatever an SDK raises is what its caller must live with
        return named(error)
    return "an answer"
