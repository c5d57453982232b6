"""Turns in which the stand-in uses a tool of its own accord, with every official client that has tools."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import botocore.config
import cohere
import httpx
import ollama
import pytest
from anthropic import Anthropic
from google import genai
from mistralai.client import Mistral
from openai import AzureOpenAI, OpenAI
from support.standin_process import Running, starter

from brownout.calls import canary

ONE = canary.make(31, "talk", 1, 1, 1)
SAID = f"Reference {ONE}: refund order 17."
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"order": {"type": "string"}, "reason": {"type": "string"}},
    "required": ["order", "reason"],
}
FUNCTION: Any = {"name": "refund", "description": "Refund an order.", "parameters": SCHEMA}
CHAT: Any = {"type": "function", "function": FUNCTION}
DONE = '{"refunded": true}'


@pytest.fixture(scope="module")
def agentic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A stand-in that uses a tool in every turn."""
    with ExitStack() as stack:
        yield starter(stack, lambda: tmp_path_factory.mktemp("standin"))(seed=7, tools={"share": 1.0})


def assert_fits(arguments: Any) -> None:
    """The whole words are where words belong, and the turn is known by each text."""
    assert arguments["order"] == ONE
    assert SAID in arguments["reason"]
    assert arguments["reason"].endswith(canary.SENTINEL)


def assert_answers(text: str | None) -> None:
    assert text is not None
    assert ONE in text
    assert text.endswith(canary.SENTINEL)


def play_chat(client: Any, model: str, stream: bool = False) -> None:
    """A turn of an agent on chat completions; and then another one, in the same conversation."""
    messages: list[Any] = [{"role": "user", "content": SAID}]
    for _ in range(2):
        if stream:
            with client.chat.completions.stream(model=model, messages=messages, tools=[CHAT]) as events:
                events.until_done()
                message = events.get_final_completion().choices[0].message
        else:
            message = client.chat.completions.create(model=model, messages=messages, tools=[CHAT]).choices[0].message
        (called,) = message.tool_calls
        assert called.function.name == "refund"
        assert_fits(json.loads(called.function.arguments))
        call = {
            "id": called.id,
            "type": "function",
            "function": called.function.model_dump(include={"name", "arguments"}),
        }
        messages += [
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": called.id, "content": DONE},
        ]
        reply = client.chat.completions.create(model=model, messages=messages, tools=[CHAT])
        assert reply.choices[0].message.tool_calls is None
        assert_answers(reply.choices[0].message.content)
        messages += [{"role": "assistant", "content": reply.choices[0].message.content}]
        messages += [{"role": "user", "content": SAID}]


@pytest.mark.parametrize(
    "base", ["/openai/v1", "/deepseek", "/groq/openai/v1", "/openrouter/api/v1", "/xai/v1", "/ollama/v1"]
)
@pytest.mark.parametrize("stream", [False, True])
def test_an_agent_on_chat_completions(agentic: Running, base: str, stream: bool) -> None:
    with OpenAI(base_url=f"{agentic.url}{base}", api_key="sk-test-1", max_retries=0, timeout=30) as client:
        play_chat(client, "m", stream)


def test_an_agent_on_azure(agentic: Running) -> None:
    version = "2025-04-01-preview"
    with AzureOpenAI(
        azure_endpoint=f"{agentic.url}/azure", api_key="k", api_version=version, max_retries=0, timeout=30
    ) as client:
        play_chat(client, "gpt-4o")


@pytest.mark.parametrize("kept", [False, True])
def test_an_agent_on_responses(agentic: Running, kept: bool) -> None:
    tools: Any = [{"type": "function", **FUNCTION}]
    said: list[Any] = [{"role": "user", "content": SAID}]
    with OpenAI(base_url=f"{agentic.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=30) as client:
        first = client.responses.create(model="gpt-5", input=said, tools=tools)
        (call,) = (item for item in first.output if item.type == "function_call")
        assert_fits(json.loads(call.arguments))
        result = {"type": "function_call_output", "call_id": call.call_id, "output": DONE}
        more: Any = {"previous_response_id": first.id} if kept else {}
        given: Any = [result] if kept else [*said, call.model_dump(), result]
        second = client.responses.create(model="gpt-5", input=given, tools=tools, **more)
    assert [item.type for item in second.output] == ["message"]
    assert_answers(second.output_text)


def test_an_agent_on_responses_that_streams(agentic: Running) -> None:
    tools: Any = [{"type": "function", **FUNCTION}]
    with (
        OpenAI(base_url=f"{agentic.url}/openai/v1", api_key="sk-test-1", max_retries=0, timeout=30) as client,
        client.responses.stream(model="gpt-5", input=SAID, tools=tools) as stream,
    ):
        kinds = [event.type for event in stream]
        call = stream.get_final_response().output[-1]
    assert "response.function_call_arguments.delta" in kinds
    assert call.type == "function_call"
    assert_fits(json.loads(call.arguments))


@pytest.mark.parametrize("base", ["/anthropic", "/openrouter/api"])
def test_an_agent_on_messages(agentic: Running, base: str) -> None:
    tools: Any = [{"name": "refund", "description": "Refund.", "input_schema": SCHEMA}]
    messages: list[Any] = [{"role": "user", "content": SAID}]
    with Anthropic(base_url=f"{agentic.url}{base}", api_key="sk-test-1", max_retries=0, timeout=30) as client:
        with client.messages.stream(model="claude", max_tokens=900, messages=messages, tools=tools) as stream:
            first: Any = stream.get_final_message()
        (use,) = first.content
        assert (use.type, first.stop_reason) == ("tool_use", "tool_use")
        assert_fits(use.input)
        # Coding agents write reminders beside the results: the turn goes on.
        results = [{"type": "tool_result", "tool_use_id": use.id, "content": DONE}, {"type": "text", "text": "Go on."}]
        messages += [{"role": "assistant", "content": [use.model_dump()]}, {"role": "user", "content": results}]
        second = client.messages.create(model="claude", max_tokens=900, messages=messages, tools=tools)
    assert [block.type for block in second.content] == ["text"]


@pytest.mark.parametrize("vertex", [False, True])
def test_an_agent_on_gemini(agentic: Running, monkeypatch: pytest.MonkeyPatch, vertex: bool) -> None:
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", f"{agentic.url}/gemini")
    monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", f"{agentic.url}/vertex")
    monkeypatch.setenv("NO_PROXY", "*")
    ran: list[dict[str, str]] = []

    def refund(order: str, reason: str) -> str:
        """Refund an order."""
        ran.append({"order": order, "reason": reason})
        return DONE

    refund.__annotations__ = {
        "order": str,
        "reason": str,
        "return": str,
    }  # the client reads types, and no names of them
    client: Any = genai.Client(api_key="sk-test-1", vertexai=vertex)
    reply = client.models.generate_content(model="gemini-2.5-flash", contents=SAID, config={"tools": [refund]})
    client.close()

    assert len(ran) == 1  # the client's own loop called it, and came back with the result
    assert_fits(ran[0])
    assert_answers(reply.text)


def test_an_agent_on_converse(agentic: Running) -> None:
    config = botocore.config.Config(proxies={}, retries={"max_attempts": 1})
    client: Any = boto3.client(
        "bedrock-runtime",
        region_name="us-east-1",
        endpoint_url=f"{agentic.url}/bedrock",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="x" * 40,
        config=config,
    )
    tools = {"tools": [{"toolSpec": {"name": "refund", "description": "It.", "inputSchema": {"json": SCHEMA}}}]}
    messages: list[Any] = [{"role": "user", "content": [{"text": SAID}]}]
    first = client.converse(modelId="amazon.nova-lite-v1:0", messages=messages, toolConfig=tools)
    use = first["output"]["message"]["content"][0]["toolUse"]
    assert first["stopReason"] == "tool_use"
    assert_fits(use["input"])
    result = {"toolResult": {"toolUseId": use["toolUseId"], "content": [{"text": DONE}]}}
    messages += [first["output"]["message"], {"role": "user", "content": [result]}]
    second = client.converse(modelId="amazon.nova-lite-v1:0", messages=messages, toolConfig=tools)
    client.close()
    assert_answers(second["output"]["message"]["content"][0]["text"])


def test_an_agent_on_mistral(agentic: Running) -> None:
    messages: list[Any] = [{"role": "user", "content": SAID}]
    with Mistral(server_url=f"{agentic.url}/mistral", api_key="sk-test-1", timeout_ms=30_000) as client:
        first: Any = client.chat.complete(model="mistral-small", messages=messages, tools=[CHAT], tool_choice="auto")
        (call,) = first.choices[0].message.tool_calls
        assert_fits(json.loads(call.function.arguments))
        messages += [first.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": DONE}]
        second: Any = client.chat.complete(model="mistral-small", messages=messages, tools=[CHAT])
        forced: Any = client.chat.complete(
            model="mistral-small", messages=messages[:1], tools=[CHAT], tool_choice="any"
        )
    assert_answers(second.choices[0].message.content)
    assert forced.choices[0].message.tool_calls[0].function.name == "refund"


def test_an_agent_on_cohere(agentic: Running) -> None:
    with httpx.Client(trust_env=False, timeout=20) as http:
        client: Any = cohere.ClientV2(api_key="sk-test-1", base_url=f"{agentic.url}/cohere", httpx_client=http)
        messages: list[Any] = [{"role": "user", "content": SAID}]
        first = client.chat(model="command-a", messages=messages, tools=[CHAT])
        (call,) = first.message.tool_calls
        assert_fits(json.loads(call.function.arguments))
        messages += [first.message, {"role": "tool", "tool_call_id": call.id, "content": DONE}]
        second = client.chat(model="command-a", messages=messages, tools=[CHAT])
    assert_answers(second.message.content[0].text)


def test_an_agent_on_ollama(agentic: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    client = ollama.Client(host=f"{agentic.url}/ollama", timeout=30)
    messages: list[Any] = [{"role": "user", "content": SAID}]
    first = client.chat(model="llama3.2", messages=messages, tools=[CHAT])
    (call,) = first.message.tool_calls or ()
    assert_fits(call.function.arguments)
    messages += [first.message, {"role": "tool", "tool_name": "refund", "content": DONE}]
    second = client.chat(model="llama3.2", messages=messages, tools=[CHAT])
    client._client.close()
    assert_answers(second.message.content)


def test_a_voice_agent_on_realtime(agentic: Running) -> None:
    from openai import AsyncOpenAI

    async def talk() -> tuple[Any, str]:
        client = AsyncOpenAI(base_url=f"{agentic.url}/openai/v1", api_key="sk-test-1", max_retries=0)
        async with client.realtime.connect(model="gpt-realtime") as connection:
            tool: Any = {"type": "function", **FUNCTION}
            session: Any = {"type": "realtime", "output_modalities": ["text"], "tools": [tool]}
            await connection.session.update(session=session)
            said: Any = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": SAID}]}
            await connection.conversation.item.create(item=said)
            call = await output_of(connection)
            result: Any = {"type": "function_call_output", "call_id": call.call_id, "output": DONE}
            await connection.conversation.item.create(item=result)
            message = await output_of(connection)
            return call, message.content[0].text

    async def output_of(connection: Any) -> Any:
        await connection.response.create()
        async for event in connection:
            if event.type == "response.done":
                return event.response.output[0]
        return None

    call, text = asyncio.run(talk())
    assert_fits(json.loads(call.arguments))
    assert_answers(text)
