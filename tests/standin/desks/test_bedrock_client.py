"""The real boto3 against a real stand-in process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from support.bedrock import client_of
from support.standin_process import Running

from brownout.calls import canary

ONE, TWO = (canary.make(9, "talk", 1, 1, turn) for turn in (1, 2))
MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = {"tools": [{"toolSpec": {"name": "get_weather", "inputSchema": {"json": SCHEMA}}}]}


@pytest.fixture
def client(standin: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)
    with client_of(f"{standin.url}/bedrock") as made:
        yield made


def said(*texts: str) -> list[dict[str, Any]]:
    return [{"role": ("user", "assistant")[n % 2], "content": [{"text": text}]} for n, text in enumerate(texts)]


def test_an_answer(client: Any) -> None:
    reply = client.converse(modelId=MODEL, messages=said(f"hi {ONE}"), system=[{"text": "be kind"}])
    text = reply["output"]["message"]["content"][0]["text"]

    assert ONE in text
    assert text.endswith(canary.SENTINEL)


def test_a_streamed_answer(client: Any) -> None:
    with closing(
        client.converse_stream(modelId=MODEL, messages=said(f"a {ONE}", "hm", f"b {TWO}"))["stream"]
    ) as stream:
        text = "".join(event["contentBlockDelta"]["delta"]["text"] for event in stream if "contentBlockDelta" in event)

    assert f"I remember {ONE} " in text
    assert text.endswith(canary.SENTINEL)


def test_a_limit_is_kept(client: Any) -> None:
    reply = client.converse(modelId=MODEL, messages=said("hi"), inferenceConfig={"maxTokens": 2})

    assert (reply["stopReason"], reply["usage"]["outputTokens"]) == ("max_tokens", 2)


def test_a_forced_tool_is_used_and_one_that_is_only_offered_is_not(client: Any) -> None:
    forced = client.converse(modelId=MODEL, messages=said(f"w {ONE}"), toolConfig={**TOOLS, "toolChoice": {"any": {}}})
    offered = client.converse(modelId=MODEL, messages=said("w"), toolConfig=TOOLS)
    use = forced["output"]["message"]["content"][0]["toolUse"]

    assert (forced["stopReason"], use["name"]) == ("tool_use", "get_weather")
    assert ONE in use["input"]["city"]
    assert offered["stopReason"] == "end_turn"


def test_a_models_own_body(client: Any) -> None:
    body = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 900,
        "messages": [{"role": "user", "content": ONE}],
    }
    reply = json.loads(client.invoke_model(modelId=MODEL, body=json.dumps(body))["body"].read())

    assert ONE in reply["content"][0]["text"]


def test_a_text_in_a_text_out_in_chunks(client: Any) -> None:
    body = json.dumps({"inputText": f"hi {ONE}"})
    reply = client.invoke_model_with_response_stream(modelId="amazon.titan-text-express-v1", body=body)
    with closing(reply["body"]) as stream:
        chunks = [json.loads(event["chunk"]["bytes"]) for event in stream]

    assert ONE in "".join(chunk["outputText"] for chunk in chunks)
    assert chunks[-1]["completionReason"] == "FINISH"


def test_models(standin: Running) -> None:
    with client_of(f"{standin.url}/bedrock", "bedrock") as client:
        assert client.list_foundation_models()["modelSummaries"]


def test_a_model_that_cannot_be_one_is_refused(client: Any) -> None:
    with pytest.raises(client.exceptions.ValidationException, match="model identifier is invalid"):
        client.converse(modelId="gpt", messages=said("hi"))


def test_a_body_that_is_no_object_is_refused(client: Any) -> None:
    with pytest.raises(client.exceptions.ValidationException, match="Malformed input request"):
        client.invoke_model(modelId=MODEL, body=b"hello")


def test_a_path_that_is_none_is_refused(client: Any) -> None:
    with pytest.raises(ClientError) as caught:
        client.apply_guardrail(guardrailIdentifier="x", guardrailVersion="1", source="INPUT", content=[])

    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"


def test_a_client_without_credentials_is_not_let_in(client: Any, standin: Running) -> None:
    bare = client.meta.config.merge(Config(signature_version=UNSIGNED))
    unsigned = client_of(f"{standin.url}/bedrock", config=bare)
    with unsigned as made, pytest.raises(ClientError, match="Missing Authentication Token") as caught:
        made.converse(modelId=MODEL, messages=said("hi"))

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
