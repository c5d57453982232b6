"""Official clients against a real stand-in process, on the platforms that speak as OpenAI does."""

from __future__ import annotations

from collections.abc import Iterator

import anthropic
import httpx
import openai
import pytest
from mistralai.client import Mistral, errors
from mistralai.client.models import UserMessage
from openai import AzureOpenAI, OpenAI
from support.standin_process import Running, Start

from brownout.calls import canary

ONE, TWO = (canary.make(11, "talk", 1, 1, turn) for turn in (1, 2))
BASES = {
    "deepseek": "/deepseek",
    "groq": "/groq/openai/v1",
    "openrouter": "/openrouter/api/v1",
    "perplexity": "/perplexity",
    "xai": "/xai/v1",
}


def connect(standin: Running, base: str) -> OpenAI:
    return OpenAI(base_url=f"{standin.url}{base}", api_key="sk-test-0000", max_retries=0, timeout=30)


@pytest.fixture
def azure(standin: Running) -> Iterator[AzureOpenAI]:
    with AzureOpenAI(
        azure_endpoint=f"{standin.url}/azure",
        api_key="test-0000",
        api_version="2025-04-01-preview",
        max_retries=0,
        timeout=30,
    ) as made:
        yield made


@pytest.mark.parametrize("name", sorted(BASES))
def test_chat_plain_and_streamed(standin: Running, name: str) -> None:
    with connect(standin, BASES[name]) as client:
        reply = client.chat.completions.create(model="m", messages=[{"role": "user", "content": f"hi {ONE}"}])
        stream = client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": f"hi {TWO}"}], stream=True
        )
        streamed = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)

    content = reply.choices[0].message.content or ""
    assert ONE in content
    assert content.endswith(canary.SENTINEL)
    assert TWO in streamed
    assert streamed.endswith(canary.SENTINEL)


@pytest.mark.parametrize("name", sorted(BASES))
def test_a_client_without_a_key_is_not_let_in(standin: Running, name: str) -> None:
    with connect(standin, BASES[name]) as client, pytest.raises(openai.AuthenticationError):
        client.chat.completions.create(model="m", messages=[], extra_headers={"Authorization": openai.omit})


def test_a_platform_of_the_orders_is_served(start: Start) -> None:
    running = start(platforms={"acme": "https://llm.acme.example/api/v1"})
    with connect(running, "/acme/api/v1") as client:
        reply = client.chat.completions.create(model="m", messages=[{"role": "user", "content": f"hi {ONE}"}])

    assert ONE in (reply.choices[0].message.content or "")


def test_azures_deployments_answer(azure: AzureOpenAI) -> None:
    reply = azure.chat.completions.create(model="my-gpt", messages=[{"role": "user", "content": f"hi {ONE}"}])
    assert ONE in (reply.choices[0].message.content or "")
    assert reply.model == "my-gpt"
    assert len(azure.embeddings.create(model="my-embedder", input="hi").data[0].embedding) == 1536
    pictures = azure.images.generate(model="my-painter", prompt="a cat").data
    assert pictures


def test_azure_keeps_responses(azure: AzureOpenAI, standin: Running) -> None:
    first = azure.responses.create(model="my-gpt", input=f"a {ONE}")
    second = azure.responses.create(model="my-gpt", input=f"b {TWO}", previous_response_id=first.id)
    assert ONE in second.output_text
    with connect(standin, "/azure/openai/v1") as client:
        assert client.responses.retrieve(second.id).output_text == second.output_text
        client.responses.delete(first.id)
        with pytest.raises(openai.NotFoundError):
            client.responses.retrieve(first.id)


def test_a_deployment_without_a_body_that_names_a_model_is_enough(standin: Running) -> None:
    reply = httpx.post(
        f"{standin.url}/azure/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21",
        json={"messages": [{"role": "user", "content": "hi"}]},
        headers={"api-key": "test-0000"},
        trust_env=False,
    )

    assert (reply.status_code, reply.json()["model"]) == (200, "my-gpt")


def test_openrouter_takes_messages_and_responses(standin: Running) -> None:
    with connect(standin, "/openrouter/api/v1") as client:
        assert ONE in client.responses.create(model="openai/gpt-4o", input=f"a {ONE}").output_text
        with pytest.raises(openai.BadRequestError, match="No models provided"):
            client.chat.completions.create(
                model="", messages=[{"role": "user", "content": "hi"}], extra_body={"model": None}
            )
    with anthropic.Anthropic(
        base_url=f"{standin.url}/openrouter/api", api_key="sk-test-0000", max_retries=0, timeout=30
    ) as claude:
        message = claude.messages.create(
            model="anthropic/claude", max_tokens=500, messages=[{"role": "user", "content": f"hi {TWO}"}]
        )
    assert message.content[0].type == "text"
    assert TWO in message.content[0].text


def test_perplexity_searches(standin: Running) -> None:
    headers = {"authorization": "Bearer pplx-test-0000"}
    with httpx.Client(base_url=f"{standin.url}/perplexity", headers=headers, trust_env=False) as client:
        found = client.post("/search", json={"query": f"where is {ONE}"}).json()["results"]
        job = client.post("/async/chat/completions", json={"request": {"model": "sonar"}}).json()
        again = client.get(f"/async/chat/completions/{job['id']}").json()

    assert [set(page) for page in found] == [{"title", "url", "date", "last_updated", "snippet"}] * 3
    assert ONE in found[0]["snippet"]
    assert (job["status"], job["model"], again["id"]) == ("CREATED", "sonar", job["id"])


def test_mistral_answers_and_checks_the_fields(standin: Running) -> None:
    with Mistral(server_url=f"{standin.url}/mistral", api_key="sk-test-0000", timeout_ms=30_000) as client:
        hi = [UserMessage(content=f"hi {ONE}")]
        answer = client.chat.complete(model="mistral-small-latest", messages=hi)
        assert answer.choices[0].message is not None
        assert ONE in str(answer.choices[0].message.content)
        with client.chat.stream(model="mistral-small-latest", messages=hi) as events:
            said = "".join(str(event.data.choices[0].delta.content or "") for event in events)
        assert said.endswith(canary.SENTINEL)
        with pytest.raises(errors.HTTPValidationError):
            client.chat.complete(model="", messages=hi)
