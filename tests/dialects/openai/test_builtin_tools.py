"""Tools of OpenAI's own and reasoning in responses, as the SDK's own types read them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from brownout.dialects.openai.builtin_tools import REASONING_TOKENS, forced, reasons
from brownout.dialects.openai.responses import OpenAIResponses
from brownout.exchange import Answer, Call, Request

RESPONSES = OpenAIResponses()
ANSWER = Answer("ab" * 16, 1_763_770_000, ("It", " is.", " So", " it", " is."), 8)
EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
SEARCH = {"type": "web_search"}
FILES = {"type": "file_search", "vector_store_ids": ["vs_1"]}
IMAGE = {"type": "image_generation", "partial_images": 1}
COMPUTER = {"type": "computer_use_preview", "display_width": 1, "display_height": 1, "environment": "mac"}
NEWER = {"type": "computer"}
SHELL = {"type": "function", "name": "shell", "parameters": {}, "strict": False}


def ask(**body: Any) -> Call:
    raw = json.dumps({"model": "gpt-5", "input": "why", **body}).encode()
    return RESPONSES.read(Request("POST", "api.openai.com", "/v1/responses", body=raw))


def answered(call: Call, answer: Answer = ANSWER) -> Response:
    return Response.model_validate_json(RESPONSES.answer(call, answer).body, strict=True)


@pytest.mark.parametrize(
    ("tool", "choice", "types"),
    [
        (SEARCH, "web_search_preview", ["web_search_call", "message"]),
        (FILES, "file_search", ["file_search_call", "message"]),
        (IMAGE, "image_generation", ["image_generation_call", "message"]),
        (COMPUTER, "computer_use_preview", ["computer_call"]),
        (NEWER, "computer", ["computer_call"]),
    ],
)
def test_a_tool_is_used_where_its_type_is_chosen(tool: dict[str, Any], choice: str, types: list[str]) -> None:
    call = ask(tools=[SHELL, tool], tool_choice={"type": choice}, stream=True)
    assert [item.type for item in answered(call).output] == types
    got = [json.loads(raw.partition(b"data: ")[2]) for raw in RESPONSES.stream(call, ANSWER)]
    for data in got:
        EVENT.validate_json(json.dumps(data), strict=True)
    assert [data["sequence_number"] for data in got] == list(range(len(got)))
    done = [data["item"]["type"] for data in got if data["type"] == "response.output_item.done"]
    assert done == types == [item["type"] for item in got[-1]["response"]["output"]]


@pytest.mark.parametrize(
    "body",
    [
        {"tools": [SEARCH, IMAGE, COMPUTER]},
        {"tools": [SEARCH], "tool_choice": "auto"},
        {"tools": [SHELL, SEARCH, {"type": "local_shell"}], "tool_choice": "auto"},
        {"tools": [IMAGE], "tool_choice": {"type": "web_search_preview"}},
        {"tool_choice": {"type": "web_search_preview"}},
        {"tools": [COMPUTER], "tool_choice": {"type": "computer"}, "input": [{"type": "computer_call_output"}]},
        {"tools": "no", "tool_choice": {"type": 7}},
    ],
)
def test_a_tool_that_is_not_insisted_on_is_not_used(body: dict[str, Any]) -> None:
    call = ask(**body)
    assert forced(call) is None
    assert [item["type"] for item in json.loads(RESPONSES.answer(call, ANSWER).body)["output"]] == ["message"]


def test_an_answer_without_words_uses_no_tool() -> None:
    call = ask(tools=[SEARCH], tool_choice={"type": "web_search_preview"}, reasoning={"effort": "high"})
    assert [item.type for item in answered(call, Answer("c" * 32, 1, (), 0)).output] == ["message"]


def test_a_page_is_cited_for_the_first_sentence() -> None:
    message = answered(ask(tools=[SEARCH], tool_choice={"type": "web_search_preview"})).output[1]
    assert message.type == "message"
    part = message.content[0]
    assert part.type == "output_text"
    (citation,) = part.annotations
    assert citation.type == "url_citation"
    assert part.text[citation.start_index : citation.end_index] == "It is."


@pytest.mark.parametrize(
    ("reasoning", "thinks"),
    [
        ({"effort": "high"}, True),
        ({"summary": "auto"}, True),
        ({"effort": "minimal"}, False),
        ({}, False),
        ("no", False),
    ],
)
def test_the_model_thinks_where_it_is_asked_to(reasoning: Any, thinks: bool) -> None:
    call = ask(reasoning=reasoning)
    assert reasons(call) is thinks
    body = json.loads(RESPONSES.answer(call, ANSWER).body)
    assert ([item["type"] for item in body["output"]] == ["reasoning", "message"]) is thinks
    tokens = body["usage"]["output_tokens_details"]["reasoning_tokens"]
    assert tokens == (REASONING_TOKENS if thinks else 0)
    assert body["usage"]["output_tokens"] == len(ANSWER.pieces) + tokens


def test_thoughts_are_summed_up_and_sealed_on_request() -> None:
    call = ask(reasoning={"effort": "low", "summary": "auto"}, include=["reasoning.encrypted_content"], stream=True)
    thought = answered(call).output[0]
    assert thought.type == "reasoning"
    assert thought.summary
    assert thought.encrypted_content
    for raw in RESPONSES.stream(call, ANSWER):
        EVENT.validate_json(raw.partition(b"data: ")[2], strict=True)


def test_a_background_response_is_queued() -> None:
    assert answered(ask(background=True)).status == "queued"
    call = ask(background=True, stream=True)
    kinds = [json.loads(raw.partition(b"data: ")[2])["type"] for raw in RESPONSES.stream(call, ANSWER)]
    assert kinds[:3] == ["response.created", "response.queued", "response.in_progress"]
