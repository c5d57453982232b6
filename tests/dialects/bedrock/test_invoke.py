"""InvokeModel: each family of models in its own words, plain and in chunks."""

from __future__ import annotations

import base64
import json
import math
from dataclasses import replace
from typing import Any

import pytest
from support.bedrock import ANSWER, call_for
from support.every_call import begun, early

from brownout.dialects import DIALECTS
from brownout.dialects.bedrock.bodies import Anthropic, Llama, Nova, Titan, family_of
from brownout.exchange import Asked, Finish, Tool
from brownout.wire import eventstream

INVOKE = DIALECTS["bedrock.invoke"]
CLAUDE = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 64,
    "system": "be kind",
    "messages": [{"role": "user", "content": "Hi"}],
}
NOVA = {
    "schemaVersion": "messages-v1",
    "system": [{"text": "be kind"}],
    "messages": [{"role": "user", "content": [{"text": "Hi"}]}],
    "inferenceConfig": {"maxTokens": 64},
}
TITAN = {"inputText": "Hi", "textGenerationConfig": {"maxTokenCount": 64}}
LLAMA = {"prompt": "Hi", "max_gen_len": 64}
FAMILIES = {
    "us.anthropic.claude-haiku-4-5-20251001-v1:0": CLAUDE,
    "amazon.nova-lite-v1:0": NOVA,
    "amazon.titan-text-express-v1": TITAN,
    "meta.llama3-1-70b-instruct-v1:0": LLAMA,
}
EVERY = pytest.mark.parametrize("model", list(FAMILIES))


def chunks_of(frames: bytes | list[bytes]) -> list[dict[str, Any]]:
    """The model's own events."""
    cutter = eventstream.EventStreamCutter()
    found = []
    for frame in cutter.feed(frames if isinstance(frames, bytes) else b"".join(frames)):
        headers, payload = eventstream.decode(frame)
        assert headers[":event-type"] == "chunk"
        value = json.loads(payload)
        assert value["p"]
        found.append(json.loads(base64.b64decode(value["bytes"])))
    assert cutter.rest() == b""
    return found


def said_in(event: dict[str, Any]) -> str:
    """The words of one event, whichever family it is of."""
    found = (
        event.get("outputText"),
        event.get("generation"),
        event.get("delta", {}).get("text"),
        event.get("contentBlockDelta", {}).get("delta", {}).get("text"),
    )
    return next(filter(None, found), "")


@EVERY
def test_every_family_is_understood_and_limited(model: str) -> None:
    call = call_for(f"/model/{model}/invoke", FAMILIES[model])

    assert call.text == "Hi"
    assert INVOKE.asked(call) == Asked(limit=64)


@EVERY
def test_every_family_streams_what_it_says_and_bedrocks_own_figures_at_the_end(model: str) -> None:
    call = call_for(f"/model/{model}/invoke-with-response-stream", FAMILIES[model])
    head = dict(INVOKE.stream_head(call, ANSWER).headers)
    found = chunks_of(list(INVOKE.stream(call, ANSWER)))

    assert head["content-type"] == "application/vnd.amazon.eventstream"
    assert head["x-amzn-bedrock-content-type"] == "application/json"
    assert "".join(map(said_in, found)) == "Hello there!"
    metrics = found[-1]["amazon-bedrock-invocationMetrics"]
    assert (metrics["inputTokenCount"], metrics["outputTokenCount"]) == (8, 3)


REASONS = {
    "stop": ["end_turn", "end_turn", "FINISH", "stop"],
    "length": ["max_tokens", "max_tokens", "LENGTH", "length"],
}


def reason_in(body: dict[str, Any]) -> str:
    """Why a plain answer ended."""
    results = body.get("results", [{}])
    return str(body.get("stop_reason") or body.get("stopReason") or results[0]["completionReason"])


@pytest.mark.parametrize("finish", ["stop", "length"])
def test_every_family_tells_in_its_own_words_why_it_ended(finish: Finish) -> None:
    answer = replace(ANSWER, finish=finish)
    calls = [call_for(f"/model/{model}/invoke", body) for model, body in FAMILIES.items()]

    assert [reason_in(json.loads(INVOKE.answer(call, answer).body)) for call in calls] == REASONS[finish]


# Events behind the last word; what is left comes before the first.
ENDS: dict[type, int] = {Anthropic: 3, Nova: 3, Titan: 1, Llama: 1}


@EVERY
@pytest.mark.parametrize("sent", range(6))
def test_a_stream_that_stops_early_ends_as_one_that_said_so_much(model: str, sent: int) -> None:
    call = call_for(f"/model/{model}/invoke-with-response-stream", FAMILIES[model])
    lead = len(list(INVOKE.stream(call, ANSWER))) - len(ANSWER.pieces) - ENDS[type(family_of(call.model, call.body))]
    closing = chunks_of(INVOKE.stream_incomplete(call, early(), begun(call, sent)))
    complete = replace(ANSWER, pieces=("x",) * max(1, sent - lead), finish="length")
    whole = chunks_of(list(INVOKE.stream(call, complete)))
    after = sent if lead < sent else 0

    assert [sorted(event) for event in closing[-1:]] == [sorted(event) for event in whole[-1:]]
    assert "".join(map(said_in, closing)) == ""
    if after:
        assert [sorted(event) for event in closing] == [sorted(event) for event in whole[after:]]
    reasons = json.dumps(closing)
    assert any(reason in reasons for reason in REASONS["length"])


def test_claude_is_named_as_its_maker_names_it() -> None:
    call = call_for("/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke", CLAUDE)
    message = json.loads(INVOKE.answer(call, ANSWER).body)

    assert message["model"] == "claude-haiku-4-5-20251001"
    assert message["id"].startswith("msg_bdrk_01")
    assert message["content"] == [{"type": "text", "text": "Hello there!"}]


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("anthropic.claude-v2:1", "claude-v2"),
        ("anthropic.claude-3-haiku-20240307-v1:0:200k", "claude-3-haiku-20240307"),
        (
            "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-1-20250805-v1:0",
            "claude-opus-4-1-20250805",
        ),
        ("arn:aws:bedrock:us-east-1:1:application-inference-profile/abc", None),
    ],
)
def test_every_form_of_id_is_claude(model: str, name: str | None) -> None:
    call = call_for(f"/model/{model.replace('/', '%2F')}/invoke", CLAUDE)

    assert json.loads(INVOKE.answer(call, ANSWER).body)["model"] == (name or model)


def test_claude_streams_without_pings() -> None:
    call = call_for("/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke-with-response-stream", CLAUDE)

    assert [event["type"] for event in chunks_of(list(INVOKE.stream(call, ANSWER)))] == [
        "message_start",
        "content_block_start",
        *["content_block_delta"] * 3,
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]


def test_claude_can_be_made_to_use_a_tool() -> None:
    schema = {"type": "object"}
    tools = {"tools": [{"name": "w", "input_schema": schema}], "tool_choice": {"type": "any"}}
    call = call_for("/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke", {**CLAUDE, **tools})

    assert INVOKE.asked(call).tool == Tool("w", schema)


@pytest.mark.parametrize(
    ("model", "body", "family"),
    [
        ("eu.anthropic.claude-x", {}, Anthropic),
        ("arn:profile", {"anthropic_version": "x"}, Anthropic),
        ("us.amazon.nova-pro-v1:0", {}, Nova),
        ("arn:profile", {"schemaVersion": "messages-v1"}, Nova),
        ("amazon.titan-embed-text-v2:0", {}, Titan),
        ("arn:profile", {"inputText": "x"}, Titan),
        ("mistral.mistral-7b-instruct-v0:2", {"prompt": "x"}, Llama),
        (None, {}, Llama),
    ],
)
def test_the_family_is_known_by_id_or_body(model: str | None, body: dict[str, Any], family: type) -> None:
    assert isinstance(family_of(model, body), family)


@pytest.mark.parametrize(
    ("model", "body", "length"),
    [
        ("amazon.titan-embed-text-v1", {}, 1536),
        ("amazon.titan-embed-text-v2:0", {}, 1024),
        ("amazon.titan-embed-text-v2:0", {"dimensions": 256}, 256),
        ("amazon.titan-embed-text-v2:0", {"dimensions": -1}, 1024),
    ],
)
def test_a_titan_for_embeddings_gives_a_unit_vector(model: str, body: dict[str, Any], length: int) -> None:
    call = call_for(f"/model/{model}/invoke", {"inputText": "Hi", **body})
    vector = json.loads(INVOKE.answer(call, ANSWER).body)["embedding"]

    assert len(vector) == length
    assert math.isclose(math.fsum(value * value for value in vector), 1, rel_tol=1e-5)


def test_an_embedding_can_be_of_another_length_or_mean_nothing() -> None:
    call = call_for("/model/amazon.titan-embed-text-v2%3A0/invoke", {"inputText": "Hi"})

    assert json.loads(INVOKE.answer(call, replace(ANSWER, vectors="zero", dimensions=3)).body)["embedding"] == [0.0] * 3
    assert all(map(math.isnan, json.loads(INVOKE.answer(call, replace(ANSWER, vectors="nan")).body)["embedding"]))
    assert json.loads(INVOKE.answer(call, replace(ANSWER, pieces=())).body)["embedding"] == []


def test_the_tokens_are_in_the_headers_too() -> None:
    headers = dict(INVOKE.answer(call_for("/model/meta.llama3/invoke", LLAMA), ANSWER).headers)

    assert headers["x-amzn-bedrock-input-token-count"] == "8"
    assert headers["x-amzn-bedrock-output-token-count"] == "3"
